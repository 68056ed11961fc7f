import stat
from pathlib import Path

import msgspec
import pytest

from tranter.ledger.vault import KeyFile, KeyProblem, Vault, create_key_file, make_key, read_key_file, write_key_file
from tranter.testing.faultmark import fault

HERE = "order.sealed:1:seller:14-1"


def a_vault() -> Vault:
    return Vault(KeyFile([make_key()]))


def test_what_is_sealed_opens_at_its_own_place_only() -> None:
    vault = a_vault()
    sealed = vault.seal(b"Ada Brandt", HERE)

    assert vault.open(sealed, HERE) == b"Ada Brandt"
    for elsewhere in ("order.sealed:2:seller:14-1", "order.sealed:1:seller:14-2", "raw.sealed:1:seller:14-1", ""):
        with pytest.raises(KeyProblem, match="moved"):
            vault.open(sealed, elsewhere)


def test_a_changed_byte_is_noticed_wherever_it_is() -> None:
    vault = a_vault()
    sealed = vault.seal(b"Ada Brandt", HERE)

    for place in range(len(sealed)):
        spoilt = bytearray(sealed)
        spoilt[place] ^= 1
        with pytest.raises(KeyProblem):
            vault.open(bytes(spoilt), HERE)


def test_the_same_text_never_looks_the_same() -> None:
    vault = a_vault()

    assert len({vault.seal(b"Ada Brandt", HERE) for _ in range(100)}) == 100


def test_nothing_of_the_text_is_in_what_is_sealed() -> None:
    assert b"Ada" not in a_vault().seal(b"Ada Brandt", HERE)


def test_another_ring_opens_nothing_and_says_which_key_is_missing() -> None:
    vault = a_vault()
    sealed = vault.seal(b"Ada Brandt", HERE)

    with pytest.raises(KeyProblem, match=sealed[1:5].hex()):
        a_vault().open(sealed, HERE)


def test_a_hash_finds_a_buyer_again_and_tells_nobody_else_who_it_is() -> None:
    vault, other = a_vault(), a_vault()

    assert vault.hash("ada") == vault.hash("ada") != vault.hash("bob")
    assert vault.hash("ada") != other.hash("ada")


@fault("CRASH-14")
def test_a_new_key_seals_and_the_old_ones_still_open(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    old = create_key_file(file)
    sealed = old.seal(b"Ada Brandt", HERE)
    ring = msgspec.json.decode(file.read_bytes(), type=KeyFile)
    write_key_file(file, KeyFile([make_key(), *ring.keys]))
    new = read_key_file(file)

    assert new.open(sealed, HERE) == b"Ada Brandt"
    assert not new.is_newest(sealed)
    assert new.is_newest(new.seal(b"Ada Brandt", HERE))
    assert (new.fingerprint, new.hash("ada")) == (old.fingerprint, old.hash("ada"))


@fault("CRASH-14")
def test_a_running_hub_opens_what_was_sealed_with_a_key_that_came_later(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    running = create_key_file(file)
    ring = msgspec.json.decode(file.read_bytes(), type=KeyFile)
    write_key_file(file, KeyFile([make_key(), *ring.keys]))

    sealed = read_key_file(file).seal(b"Ada Brandt", HERE)

    assert running.open(sealed, HERE) == b"Ada Brandt"
    assert running.is_newest(running.seal(b"Ada Brandt", HERE))


def test_the_key_file_is_private_and_never_half_written(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    (tmp_path / "keys.json.part").write_bytes(b"left by a crash, readable by all")

    create_key_file(file)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]
