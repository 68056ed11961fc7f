"""Promotional codes: what a code means for a time."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tranter.model.dated import BadDates, Meaning, meaning, read_meaning

modestly = settings(deadline=None, derandomize=True, database=None, max_examples=100)
DAYS = st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31))
SKUS = st.text(min_size=1, max_size=30).filter(lambda sku: " from " not in sku and " until " not in sku)


@modestly
@given(SKUS, DAYS, DAYS)
def test_it_is_read_back_as_it_was_written(sku: str, since: date | None, until: date | None) -> None:
    if since is not None and until is not None and until < since:
        since, until = until, since
    assert read_meaning(Meaning(sku, since, until).text()) == Meaning(sku, since, until)


def test_both_days_count() -> None:
    advent = meaning("LAMP", "2026-12-01", "2026-12-24")
    counted = [day for day in (30, 1, 24, 25) if advent.counts_on(date(2026, 11 if day == 30 else 12, day))]
    assert counted == [1, 24]
    assert advent.text() == "LAMP from 2026-12-01 until 2026-12-24"
    assert meaning("LAMP", "", "").counts_on(date.min)


@pytest.mark.parametrize(("since", "until"), [("2026-12-24", "2026-12-01"), ("24.12.2026", ""), ("", "2026-02-30")])
def test_days_that_make_no_time_are_refused(since: str, until: str) -> None:
    with pytest.raises(BadDates):
        meaning("LAMP", since, until)
