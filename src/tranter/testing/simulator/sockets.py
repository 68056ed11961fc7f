"""The socket front: a simulator behind a real listener, which can really drop and truncate."""

import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tranter.testing.simulator.core import SimReply, SimRequest, Vendor
from tranter.testing.simulator.faults import FaultPlan, Lost, carry_out

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class SocketFront:
    """`SocketFront(vendor, plan).start()` listens on loopback; `url` says where; `close()` ends it."""

    def __init__(self, vendor: Vendor, plan: FaultPlan | None = None, port: int = 0) -> None:
        self.vendor, self.plan, self.lock = vendor, plan or FaultPlan(), threading.Lock()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.front = self
        self.port = int(self._server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> "SocketFront":
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def serve_forever(self) -> None:
        self._server.serve_forever(0.2)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    front: SocketFront


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536
    server: _Server

    def parse_request(self) -> bool:
        """Every method goes one way: `BaseHTTPRequestHandler` looks for a `do_` method by name."""
        if not super().parse_request():
            return False
        setattr(self, f"do_{self.command}", self._respond)
        return True

    def _respond(self) -> None:
        body = self._read_body()
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = SimRequest.from_url(self.command, self.path, headers, body)
        front = self.server.front
        try:
            reply = carry_out(front.vendor, request, front.plan, front.lock)
        except Lost as lost:
            self._drop(lost)
            return
        self._send(reply, len(reply.body), reply.body)

    def _read_body(self) -> bytes:
        if "chunked" in (self.headers.get("Transfer-Encoding") or ""):
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _send(self, reply: SimReply, length: int, body: bytes) -> None:
        self.send_response_only(reply.status)
        self.send_header("Date", self.server.front.vendor.clock.now().strftime("%a, %d %b %Y %H:%M:%S GMT"))
        for name, value in reply.headers:
            self.send_header(name, value)
        if reply.status not in (204, 304):
            self.send_header("Content-Length", str(length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def _drop(self, lost: Lost) -> None:
        if lost.reply is not None and lost.truncated is not None:
            self._send(lost.reply, len(lost.reply.body), lost.truncated)
        else:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Silent: the simulator keeps its own history."""
