"""SFTP servers: the pinned host key or none, a password or one key, no agent, no file of this machine.

The only module that imports the SSH library.
"""

import io
import logging
import secrets
import socket
import stat
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from posixpath import dirname, join
from urllib.parse import urlsplit

import paramiko
from msgspec import Struct
from paramiko import Ed25519Key, PKey, RSAKey, SFTPClient, SSHException
from paramiko.ecdsakey import ECDSAKey
from paramiko.sftp import SFTPError

from tranter.sdk.files import MAX_FILE_BYTES, SFTP, Entry, Login, SignInRefused, TooLarge
from tranter.sdk.http import CONNECT_SECONDS, LOOKUP_SHARE, NeverSent, NoAnswer, Request
from tranter.sdk.outbound import Blocked, LookupFailed, Outbound

PORT = 22
MAX_SESSIONS = 32
KEEPALIVE_SECONDS = 20  # a connection that died silently is known before the next call


class Server(Struct, frozen=True, kw_only=True):
    host: str
    port: int
    login: Login


class Session:
    """One signed-in connection, used by one thread at a time."""

    def __init__(self, transport: paramiko.Transport, client: SFTPClient) -> None:
        self._transport, self.drive = transport, SftpDrive(client)
        self.lock = threading.Lock()

    @property
    def lives(self) -> bool:
        return self._transport.is_active()

    def close(self) -> None:
        self._transport.close()


class Sftp:
    """Sessions are kept for the next call. `seconds_scale`: real seconds per second of a deadline."""

    def __init__(self, outbound: Outbound, seconds_scale: float = 1.0) -> None:
        self._outbound, self._scale = outbound, seconds_scale
        self._lock = threading.Lock()
        self._sessions: OrderedDict[Server, Session] = OrderedDict()
        logging.getLogger("paramiko").setLevel(logging.CRITICAL)  # what fails is told by errors

    @contextmanager
    def __call__(self, request: Request, seconds: float) -> Iterator["SftpDrive"]:
        parts, left = urlsplit(request.url), seconds * self._scale
        server = Server(host=parts.hostname or "", port=parts.port or PORT, login=Login.of(request))
        session = self._session(server, left)
        if not session.lock.acquire(timeout=left):
            raise NeverSent(f"{server.host}: earlier calls took too long")
        try:
            with _deadline(left, session.close):
                yield session.drive
        except (SSHException, SFTPError, EOFError) as error:
            session.close()
            raise NoAnswer(f"{server.host}: {error or 'the connection was closed'}") from error
        finally:
            session.lock.release()

    def close(self) -> None:
        with self._lock:
            sessions = list(self._sessions.values())
            self._sessions.clear()
        for session in sessions:
            session.close()

    def _session(self, server: Server, seconds: float) -> Session:
        with self._lock:
            session = self._sessions.get(server)
            if session is not None and session.lives:
                self._sessions.move_to_end(server)
                return session
        fresh = self._signed_in(server, seconds)
        with self._lock:
            known = self._sessions.get(server)
            if known is not None and known.lives:  # another thread was faster
                fresh.close()
                return known
            self._sessions[server] = fresh
            if len(self._sessions) > MAX_SESSIONS:
                self._sessions.popitem(last=False)  # not closed: another thread may still be using it
        return fresh

    def _signed_in(self, server: Server, seconds: float) -> Session:
        transport = self._connected(server, seconds)
        try:
            with _deadline(seconds, transport.close):
                transport.start_client(timeout=seconds)
                _check_host_key(transport, server.login.host_key)
                _sign_in(transport, server.login)
                client = SFTPClient.from_transport(transport)
        except SignInRefused:
            transport.close()
            raise
        except (SSHException, SFTPError, EOFError, OSError) as error:
            transport.close()
            raise NeverSent(f"{server.host}: {error or 'the connection was closed'}") from error
        if client is None:
            transport.close()
            raise NeverSent(f"{server.host}: the server gives no SFTP session")
        transport.set_keepalive(KEEPALIVE_SECONDS)
        return Session(transport, client)

    def _connected(self, server: Server, seconds: float) -> paramiko.Transport:
        """To an address that has been judged, and to no other."""
        try:
            addresses = self._outbound.addresses(SFTP, server.host, server.port, seconds * LOOKUP_SHARE)
        except (Blocked, LookupFailed) as error:
            raise NeverSent(str(error)) from error
        wait = min(CONNECT_SECONDS * self._scale, seconds)
        trouble: OSError | None = None
        for address in addresses:
            try:
                return paramiko.Transport(socket.create_connection((address, server.port), timeout=wait))
            except OSError as error:
                trouble = error
        raise NeverSent(f"{server.host}: {trouble}") from trouble


class SftpDrive:
    def __init__(self, client: SFTPClient) -> None:
        self._client = client

    def list(self, folder: str) -> Iterator[Entry]:
        for found in self._client.listdir_attr(folder):
            if stat.S_ISREG(found.st_mode or 0) and isinstance(found.filename, str):
                moment = datetime.fromtimestamp(found.st_mtime or 0, UTC)
                yield Entry(name=found.filename, size=found.st_size or 0, modified_at=moment)

    def read(self, path: str) -> bytes:
        with self._client.open(path, "r") as file:
            size = file.stat().st_size or 0
            if size > MAX_FILE_BYTES:
                raise TooLarge(f"the file is longer than {MAX_FILE_BYTES} bytes")
            file.prefetch(size)
            return bytes(file.read(MAX_FILE_BYTES))

    def write(self, path: str, body: bytes, new_only: bool) -> None:
        half = join(dirname(path), f".{secrets.token_hex(8)}.part")
        try:
            self._put(half, body)
            if new_only:
                self._refuse_taken(path)
                self._client.rename(half, path)
            else:
                self._replace(half, path)
        except OSError:
            with suppress(OSError):
                self._client.remove(half)
            raise

    def move(self, path: str, to: str) -> None:
        self._client.stat(path)
        self._make(dirname(to))
        self._refuse_taken(to)
        self._client.rename(path, to)

    def delete(self, path: str) -> None:
        self._client.remove(path)

    def _put(self, path: str, body: bytes) -> None:
        try:
            file = self._client.open(path, "wx")
        except FileNotFoundError:
            self._make(dirname(path))
            file = self._client.open(path, "wx")
        with file:
            file.set_pipelined(True)
            file.write(body)
        if self._client.stat(path).st_size != len(body):
            raise OSError(0, "the server kept another length than was sent")

    def _make(self, folder: str) -> None:
        try:
            self._client.stat(folder)
        except FileNotFoundError:
            self._make(dirname(folder))
            with suppress(OSError):  # made by somebody else meanwhile; else the next step tells
                self._client.mkdir(folder)

    def _refuse_taken(self, path: str) -> None:
        """Some servers rename over a file that is there, against the protocol."""
        with suppress(FileNotFoundError):
            self._client.stat(path)
            raise FileExistsError(0, "it is there already")

    def _replace(self, path: str, to: str) -> None:
        try:
            self._client.posix_rename(path, to)
        except PermissionError:
            raise
        except OSError:  # a server that does not know this extension
            with suppress(FileNotFoundError):
                self._client.remove(to)
            self._client.rename(path, to)


def _check_host_key(transport: paramiko.Transport, pinned: str) -> None:
    shown = transport.get_remote_server_key().fingerprint
    if not pinned:
        raise SignInRefused(f"the server shows the host key {shown}: if that is the right one, set host_key to it")
    if not secrets.compare_digest(shown.encode(), pinned.strip().rstrip("=").encode()):
        raise SignInRefused(f"the server shows the host key {shown}, and not the one that is known")


def _sign_in(transport: paramiko.Transport, login: Login) -> None:
    try:
        if login.private_key:
            transport.auth_publickey(login.user, _key(login))
        else:
            transport.auth_password(login.user, login.password)
    except paramiko.AuthenticationException as error:
        raise SignInRefused("the server refuses the user name, the password or the key") from error
    if not transport.is_authenticated():
        raise SignInRefused("the server asks for more than a password or a key")


def _key(login: Login) -> PKey:
    """`password` opens a key that is locked."""
    kinds: tuple[type[PKey], ...] = (Ed25519Key, ECDSAKey, RSAKey)
    for kind in kinds:
        with suppress(SSHException, ValueError):
            return kind.from_private_key(io.StringIO(login.private_key), login.password or None)
    raise SignInRefused("the private key can't be read: give it whole, and as password what unlocks it")


@contextmanager
def _deadline(seconds: float, close: Callable[[], None]) -> Iterator[None]:
    timer = threading.Timer(seconds, close)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
