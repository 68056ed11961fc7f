"""Sealing of credentials and personal data: AES-256-GCM, a ring of keys, every value bound to its row and column."""

import hashlib
import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
ID_BYTES, NONCE_BYTES = 4, 12
HASH_BYTES = 16
HASHES_KEPT = 4096
"""An order's buyer is asked for at each of its steps. So the last names that were asked for are in memory, in plain."""


class KeyProblem(Exception):
    """The key file is missing, foreign or unreadable; the text says which and what to do."""


class _Key(msgspec.Struct):
    id: str
    key: str


class KeyFile(msgspec.Struct):
    """Newest key first: it seals; all of them open."""

    keys: list[_Key]


class Vault:
    """`path`: where a key that another process has added meanwhile is found."""

    def __init__(self, key_file: KeyFile, path: Path | None = None) -> None:
        if not key_file.keys:
            raise KeyProblem("the key file holds no key")
        self._path = path
        self._take(key_file)
        oldest = bytes.fromhex(key_file.keys[-1].key)
        self._hash_key = hmac.digest(oldest, b"tranter hash key", "sha256")
        self.hash = lru_cache(HASHES_KEPT)(self._hash)
        self.signing_key = hmac.digest(oldest, b"tranter signing key", "sha256").hex()
        """What sessions and one-time links are signed with: they outlive a restart."""
        self.fingerprint = hashlib.sha256(b"tranter fingerprint" + oldest).hexdigest()[:32]

    def _take(self, key_file: KeyFile) -> None:
        self._ciphers = {bytes.fromhex(key.id): AESGCM(bytes.fromhex(key.key)) for key in key_file.keys}
        self._newest = bytes.fromhex(key_file.keys[0].id)

    @property
    def has_older_keys(self) -> bool:
        return len(self._ciphers) > 1

    def is_newest(self, sealed: bytes | memoryview) -> bool:
        return bytes(sealed[1 : 1 + ID_BYTES]) == self._newest

    def seal(self, plain: bytes, place: str) -> bytes:
        """`place` names table, column and row: a sealed value opens nowhere else."""
        nonce = os.urandom(NONCE_BYTES)
        newest = self._newest
        sealed = self._ciphers[newest].encrypt(nonce, plain, place.encode())
        return VERSION + newest + nonce + sealed

    def open(self, sealed: bytes | memoryview, place: str) -> bytes:
        value = bytes(sealed)
        key_id = value[1 : 1 + ID_BYTES]
        if key_id not in self._ciphers and self._path is not None:
            self._take(_read(self._path))
        cipher = self._ciphers.get(key_id)
        if value[:1] != VERSION or cipher is None:
            raise KeyProblem(f"{place} is sealed with key {key_id.hex()}, which is not in the key file")
        nonce = value[1 + ID_BYTES : 1 + ID_BYTES + NONCE_BYTES]
        try:
            return cipher.decrypt(nonce, value[1 + ID_BYTES + NONCE_BYTES :], place.encode())
        except InvalidTag as error:
            raise KeyProblem(f"{place} can't be opened: it was changed, moved or sealed elsewhere") from error

    def _hash(self, text: str) -> str:
        """A keyed hash of 128 bits, for finding a buyer again without storing the name."""
        return hmac.digest(self._hash_key, text.encode(), "sha256")[:HASH_BYTES].hex()


def make_key() -> _Key:
    return _Key(id=secrets.token_hex(ID_BYTES), key=secrets.token_hex(32))


def read_key_file(path: Path) -> Vault:
    content = _read(path)
    try:
        return Vault(content, path)
    except ValueError as error:
        raise KeyProblem(f"the key file {path} can't be read: {error}") from error


def _read(path: Path) -> KeyFile:
    try:
        return msgspec.json.decode(path.read_bytes(), type=KeyFile)
    except FileNotFoundError as error:
        raise KeyProblem(f"the key file {path} is missing; put it back, or point TRANTER_KEY_FILE to it") from error
    except msgspec.DecodeError as error:
        raise KeyProblem(f"the key file {path} can't be read: {error}") from error


def write_key_file(path: Path, content: KeyFile) -> None:
    """Never half written, never readable by others."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(content))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def create_key_file(path: Path) -> Vault:
    write_key_file(path, KeyFile([make_key()]))
    return read_key_file(path)
