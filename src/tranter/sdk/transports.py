"""One way out for every kind of address: the web, folders of this machine, SFTP servers, what is given by hand."""

import threading
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tranter.sdk.files import FOLDER, SFTP, Drive, Opens, SignInRefused, answer, said
from tranter.sdk.folder import Folder
from tranter.sdk.http import Reply, Request, ReqwestTransport, Transport
from tranter.sdk.outbound import Outbound

if TYPE_CHECKING:
    from tranter.sdk.sftp import Sftp


class WithFiles:
    """Requests to the schemes of `drives` go there, all others to `web`."""

    def __init__(self, web: Transport, drives: Mapping[str, Opens]) -> None:
        self._web, self._drives = web, drives

    def send(self, request: Request, timeout_seconds: float) -> Reply:
        opens = self._drives.get(urlsplit(request.url).scheme)
        if opens is None:
            return self._web.send(request, timeout_seconds)
        try:
            with opens(request, timeout_seconds) as drive:
                return answer(drive, request)
        except SignInRefused as error:
            return said(401, str(error))


class Everywhere(WithFiles):
    """The everyday transport. `folders` are those that may be used; `more` has drives by their scheme."""

    def __init__(
        self,
        outbound: Outbound,
        seconds_scale: float = 1.0,
        folders: Sequence[Path] = (),
        more: Mapping[str, Opens] | None = None,
    ) -> None:
        self._outbound, self._scale = outbound, seconds_scale
        self._reqwest = ReqwestTransport(outbound, seconds_scale)
        self._lock = threading.Lock()
        self._sftp: Sftp | None = None
        super().__init__(self._reqwest, {FOLDER: Folder(folders), SFTP: self._open_sftp, **(more or {})})

    def close(self) -> None:
        if self._sftp is not None:
            self._sftp.close()
        self._reqwest.close()

    def _open_sftp(self, request: Request, seconds: float) -> AbstractContextManager[Drive]:
        from tranter.sdk.sftp import Sftp  # takes a fifth of a second to import, and few need it

        with self._lock:
            if self._sftp is None:
                self._sftp = Sftp(self._outbound, self._scale)
        return self._sftp(request, seconds)
