import fcntl
import io
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.databases import SQLITE
from tests.ledger.conftest import NOW
from tranter.ledger import backup
from tranter.ledger.backup import BackupProblem
from tranter.ledger.book import Book, ensure_book, merchants, pushes_paused, resume_pushes
from tranter.ledger.restore import restore
from tranter.ledger.setup import close_connections, integrity, open_ledger
from tranter.ledger.vault import Vault, create_key_file
from tranter.testing.faultmark import fault

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def kind() -> str:
    """The embedded ledger, a file."""
    return SQLITE


@pytest.fixture
def book(vault: Vault) -> Book:
    return ensure_book(vault, "harbour", NOW)


@pytest.fixture
def saved(book: Book, home: Path, tmp_path: Path) -> Path:
    """A backup with one merchant in it."""
    return backup.create(home, home / "keys.json", tmp_path / "kept.tar", NOW)


def put_back(home: Path, source: Path) -> None:
    close_connections()
    restore(home, home / "keys.json", source, NOW)
    open_ledger(home, home / "keys.json", NOW)


def names(source: Path) -> set[str]:
    with tarfile.open(source) as tar:
        return set(tar.getnames())


def test_a_backup_says_what_it_holds_and_which_key_opens_it(vault: Vault, saved: Path) -> None:
    contents = backup.verify(saved)

    assert contents.rows["ledger_merchant"] == 1
    assert contents.key_fingerprint == vault.fingerprint
    assert contents.created_at == NOW


def test_the_key_stays_out_unless_it_is_asked_for(book: Book, home: Path, saved: Path, tmp_path: Path) -> None:
    with_key = backup.create(home, home / "keys.json", tmp_path / "all.tar", NOW, with_key=True)

    assert "keys.json" not in names(saved)
    assert "keys.json" in names(with_key)


def test_into_a_folder_it_is_named_after_the_time(book: Book, home: Path, tmp_path: Path) -> None:
    made = backup.create(home, home / "keys.json", tmp_path, NOW)

    assert made == tmp_path / "tranter-2026-03-02T080000Z.tar"
    with pytest.raises(BackupProblem, match="exists"):
        backup.create(home, home / "keys.json", tmp_path, NOW)


def test_a_restore_brings_back_what_was_and_keeps_what_is(vault: Vault, home: Path, saved: Path) -> None:
    ensure_book(vault, "quay", NOW)

    put_back(home, saved)

    assert merchants() == ["harbour"]
    [aside] = home.glob("before-restore-*/tranter.sqlite3")
    with closing(sqlite3.connect(aside)) as old:
        assert old.execute("SELECT count(*) FROM ledger_merchant").fetchone() == (2,)


@fault("STOR-08")
def test_a_restored_ledger_sends_nothing_before_somebody_has_compared_it(home: Path, saved: Path) -> None:
    put_back(home, saved)

    assert "2026-03-02 08:00" in pushes_paused()
    assert "tranter reconcile" in pushes_paused()
    resume_pushes()
    assert pushes_paused() == ""


def test_on_a_new_machine_the_key_comes_out_of_the_backup(book: Book, home: Path, tmp_path: Path) -> None:
    source = backup.create(home, home / "keys.json", tmp_path / "all.tar", NOW, with_key=True)
    elsewhere = tmp_path / "elsewhere"

    put_back(elsewhere, source)

    assert merchants() == ["harbour"]


def test_without_the_key_nothing_is_restored(home: Path, saved: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    with pytest.raises(BackupProblem, match="fingerprint"):
        restore(elsewhere, elsewhere / "keys.json", saved, NOW)

    create_key_file(elsewhere / "keys.json")
    with pytest.raises(BackupProblem, match="another ledger"):
        restore(elsewhere, elsewhere / "keys.json", saved, NOW)
    assert not (elsewhere / "tranter.sqlite3").exists()


def test_while_the_hub_runs_nothing_is_restored(vault: Vault, home: Path, saved: Path) -> None:
    ensure_book(vault, "quay", NOW)
    (home / "owners").mkdir()
    with (home / "owners" / "4711-abc.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BackupProblem, match="process 4711"):
            restore(home, home / "keys.json", saved, NOW)

    assert merchants() == ["harbour", "quay"]


def test_while_somebody_reads_the_ledger_nothing_is_restored(vault: Vault, home: Path, saved: Path) -> None:
    close_connections()
    with closing(sqlite3.connect(home / "tranter.sqlite3")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM ledger_merchant").fetchall()
        with pytest.raises(BackupProblem, match="open"):
            restore(home, home / "keys.json", saved, NOW)

    put_back(home, saved)


@pytest.mark.parametrize("keep", [0, 100, 5000, 50_000])
def test_a_truncated_backup_is_refused(home: Path, saved: Path, keep: int) -> None:
    saved.write_bytes(saved.read_bytes()[:keep])

    with pytest.raises(BackupProblem, match=r"not a whole backup|damaged"):
        restore(home, home / "keys.json", saved, NOW)


def test_a_changed_backup_is_refused(home: Path, saved: Path) -> None:
    content = bytearray(saved.read_bytes())
    content[len(content) // 2] ^= 1
    saved.write_bytes(bytes(content))

    with pytest.raises(BackupProblem, match=r"damaged|not a whole backup"):
        restore(home, home / "keys.json", saved, NOW)


def test_a_backup_that_reaches_outside_of_its_folder_reaches_nothing(home: Path, saved: Path, tmp_path: Path) -> None:
    with tarfile.open(saved, "a") as tar:
        member = tarfile.TarInfo("../../evil")
        member.size = 4
        tar.addfile(member, io.BytesIO(b"evil"))

    put_back(home, saved)

    assert not list(tmp_path.rglob("evil"))


def test_a_backup_is_made_while_others_write(vault: Vault, home: Path, tmp_path: Path) -> None:
    ended = threading.Event()

    def write() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            ensure_book(vault, f"merchant-{number}", NOW)
        close_connections()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [backup.create(home, home / "keys.json", tmp_path / f"{number}.tar", NOW) for number in range(3)]
    finally:
        ended.set()
        writer.join()

    counts = [backup.verify(path).rows["ledger_merchant"] for path in made]
    assert counts == sorted(counts)


def test_a_damaged_ledger_is_replaced_as_well(home: Path, saved: Path) -> None:
    close_connections()
    (home / "tranter.sqlite3").write_bytes(b"this is no database at all" * 1000)

    put_back(home, saved)

    assert merchants() == ["harbour"]


def test_a_damaged_ledger_is_not_backed_up_as_if_it_were_whole(book: Book, home: Path, tmp_path: Path) -> None:
    close_connections()
    ledger = home / "tranter.sqlite3"
    content = bytearray(ledger.read_bytes())
    content[8192:12288] = b"\xff" * 4096
    ledger.write_bytes(bytes(content))

    with pytest.raises(BackupProblem, match="damaged"):
        backup.create(home, home / "keys.json", tmp_path / "kept.tar", NOW)

    assert not (tmp_path / "kept.tar").exists()


@fault("CRASH-13")
@pytest.mark.parametrize("what", ["backup", "restore"])
def test_what_was_cut_off_never_bears_the_name_of_what_is_whole(tmp_path: Path, what: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.ledger.dies_keeping", str(tmp_path), what],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_copy_of_the_file_alone_opens_like_the_ledger(vault: Vault, home: Path, saved: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with tarfile.open(saved) as tar:
        file = tar.extractfile("tranter.sqlite3")
        assert file is not None
        (tmp_path / "out" / "tranter.sqlite3").write_bytes(file.read())

    assert integrity(tmp_path / "out" / "tranter.sqlite3") == []
    shutil.rmtree(tmp_path / "out")
