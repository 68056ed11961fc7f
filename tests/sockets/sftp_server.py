"""A real SFTP server of this process, over a folder. It can hang up or fall silent around one kind of request."""

import errno
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import paramiko
from paramiko import SFTP_OK, SFTPAttributes, SFTPHandle, SFTPServer, SFTPServerInterface

USER, PASSWORD = "hub", "correct horse"
SILENCE_SECONDS = 20.0


class SftpHost:
    """`hangs_up_after`, `hangs_up_before`, `falls_silent_at`: a verb of the server, such as `rename`.

    `only_about`: how a path ends that it concerns.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.host_key = paramiko.ECDSAKey.generate()
        self.client_key = paramiko.ECDSAKey.generate()
        self.hangs_up_before = self.hangs_up_after = self.falls_silent_at = ""
        self.only_about = ""
        self.knows_posix_rename = True
        self.sign_ins = 0
        self._transports: list[paramiko.Transport] = []
        self._awake = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def fingerprint(self) -> str:
        return str(self.host_key.fingerprint)

    def hang_up(self) -> None:
        for transport in self._transports:
            transport.close()

    def close(self) -> None:
        self._awake.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()
        self._thread.join(5)

    def done(self, verb: str, path: str, work: Callable[[], Any]) -> Any:
        if not path.endswith(self.only_about):
            return work()
        if verb == self.hangs_up_before:
            self.hang_up()
            raise OSError(errno.EIO, "hung up")
        if verb == self.falls_silent_at:
            self._awake.wait(SILENCE_SECONDS)
        answer = work()
        if verb == self.hangs_up_after:
            self.hang_up()
        return answer

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transport.add_server_key(self.host_key)
            transport.set_subsystem_handler("sftp", SFTPServer, Lying, self)
            self._transports.append(transport)
            try:
                transport.start_server(server=Door(self))
            except (paramiko.SSHException, EOFError, OSError):
                transport.close()


class Door(paramiko.ServerInterface):
    def __init__(self, host: SftpHost) -> None:
        self._host = host

    def get_allowed_auths(self, username: str) -> str:
        return "password,publickey"

    def check_auth_password(self, username: str, password: str) -> int:
        return self._judged((username, password) == (USER, PASSWORD))

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return self._judged(username == USER and key == self._host.client_key)

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def _judged(self, is_right: bool) -> int:
        self._host.sign_ins += is_right
        return paramiko.AUTH_SUCCESSFUL if is_right else paramiko.AUTH_FAILED


class Lying(SFTPServerInterface):
    """What lies below the root."""

    def __init__(self, server: Door, host: SftpHost) -> None:
        self._host = host
        super().__init__(server)

    def _answer(self, verb: str, path: str, work: Callable[[], Any]) -> Any:
        try:
            found = self._host.done(verb, path, work)
        except OSError as error:
            return SFTPServer.convert_errno(error.errno or errno.EIO)
        return SFTP_OK if found is None else found

    def _path(self, path: str) -> Path:
        return Path(f"{self._host.root}{self.canonicalize(path)}")

    def list_folder(self, path: str) -> Any:
        def work() -> list[SFTPAttributes]:
            return [SFTPAttributes.from_stat(one.lstat(), one.name) for one in self._path(path).iterdir()]

        return self._answer("list", path, work)

    def stat(self, path: str) -> Any:
        return self._answer("stat", path, lambda: SFTPAttributes.from_stat(self._path(path).stat()))

    def lstat(self, path: str) -> Any:
        return self._answer("stat", path, lambda: SFTPAttributes.from_stat(self._path(path).lstat()))

    def open(self, path: str, flags: int, attr: SFTPAttributes) -> Any:
        def work() -> SFTPHandle:
            handle = SFTPHandle(flags)
            descriptor = os.open(self._path(path), flags, 0o644)
            handle.readfile = handle.writefile = os.fdopen(descriptor, "rb" if flags & 3 == os.O_RDONLY else "r+b")
            handle.stat = lambda: SFTPAttributes.from_stat(os.fstat(descriptor))  # type: ignore[method-assign]
            return handle

        return self._answer("open", path, work)

    def rename(self, oldpath: str, newpath: str) -> Any:
        return self._answer("rename", newpath, lambda: self._path(oldpath).rename(self._path(newpath)) and None)

    def posix_rename(self, oldpath: str, newpath: str) -> Any:
        if not self._host.knows_posix_rename:
            return paramiko.SFTP_OP_UNSUPPORTED
        return self._answer("posix_rename", newpath, lambda: self._path(oldpath).replace(self._path(newpath)) and None)

    def remove(self, path: str) -> Any:
        return self._answer("remove", path, lambda: self._path(path).unlink())

    def mkdir(self, path: str, attr: SFTPAttributes) -> Any:
        return self._answer("mkdir", path, lambda: self._path(path).mkdir())
