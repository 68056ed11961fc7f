"""A remote that misbehaves on a real socket."""

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Remote:
    """Each connection is handled by `behave` in a thread of its own. `requests` holds what was read whole."""

    def __init__(self, behave: "Behaviour", host: str) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._behave = behave
        self._released = threading.Event()
        self._listener = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/orders?token=canary"

    def read(self, connection: socket.socket) -> bytes:
        """One whole request; empty when the other side has closed."""
        received = b""
        while b"\r\n\r\n" not in received:
            if not (piece := connection.recv(65536)):
                return b""
            received += piece
        head, _, body = received.partition(b"\r\n\r\n")
        sizes = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        while len(body) < int(sizes[0] if sizes else 0):
            body += connection.recv(65536)
        self.requests.append(head + b"\r\n\r\n" + body)
        return self.requests[-1]

    def hang(self, seconds: float = 30) -> bool:
        """True when the test is over."""
        return self._released.wait(seconds)

    def close(self) -> None:
        self._released.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the listener is closed at the end
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                self._open.append(connection)
                self._threads.append(threading.Thread(target=self._handle, args=(connection,), daemon=True))
                self._threads[-1].start()

    def _handle(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:  # many of these tests make the client go away
            connection.settimeout(5)
            self._behave(self, connection)


Behaviour = Callable[[Remote, socket.socket], None]


@contextlib.contextmanager
def remote(behave: Behaviour, host: str = "127.0.0.1") -> Iterator[Remote]:
    server = Remote(behave, host)
    try:
        yield server
    finally:
        server.close()


def answering(reply: bytes) -> Behaviour:
    """Reads one request, writes these bytes, closes."""

    def behave(server: Remote, connection: socket.socket) -> None:
        server.read(connection)
        connection.sendall(reply)

    return behave


def keeping_alive(server: Remote, connection: socket.socket) -> None:
    while server.read(connection):
        connection.sendall(OK)


def reset(connection: socket.socket) -> None:
    """A close that throws away what is under way: the other side sees a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def over_tls(context: ssl.SSLContext, behave: Behaviour) -> Behaviour:
    def wrapped(server: Remote, connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            behave(server, secured)

    return wrapped
