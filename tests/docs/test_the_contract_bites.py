"""A connector with one typical mistake is caught by the contract."""

import re
from pathlib import Path

import pytest

from tests.docs.code_blocks import files_of, write
from tests.docs.test_write_a_connector import PAGE, run

NO_JSON = 'raise TransientError("Acme\'s reply is no JSON") from error'
LIMIT = 'raise TransientError("Acme\'s limit is reached", retry_after=wait, not_done=True)'
DOWN = 'raise TransientError(f"Acme answered {status}")'
MISTAKES = [
    ("connector.py", "more=page.more)", "more=False)", "test_paging_loses_and_doubles_no_order"),
    ("connector.py", '"" if sweep and not page.more else page.next', "page.next", "test_a_sweep_finds_every_order"),
    ("mapping.py", "STATES[row.state]", "STATES.get(row.state, CartState.OPEN)", "test_an_unknown_status_word"),
    ("client.py", NO_JSON, 'return shape("", "", False)', "test_a_page_that_can_not_be_read"),
    ("client.py", LIMIT, 'raise RejectedError("slower, please")', "test_a_429_is_waited_for"),
    ("client.py", DOWN, DOWN.replace('")', '", not_done=True)'), "test_a_parcel_told_without"),
    ("connector.py", "if ours is None:", "if True:", "test_a_lost_call_never_doubles_a_parcel"),
]


@pytest.mark.parametrize(("name", "right", "wrong", "test"), MISTAKES, ids=[row[3] for row in MISTAKES])
def test_a_mistake_is_caught(tmp_path: Path, name: str, right: str, wrong: str, test: str) -> None:
    files = files_of(PAGE)
    assert right in files[f"acme/{name}"], "the page says it in other words now"
    files[f"acme/{name}"] = files[f"acme/{name}"].replace(right, wrong)
    write(files, tmp_path)
    done = run(tmp_path, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--tb=no", "-k", test, "tests")
    assert re.search(rf"FAILED \S+{test}", done.stdout), done.stdout[-2000:]
