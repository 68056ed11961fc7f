"""`tranter up`: the web and the workers in one process."""

import logging
import re
import sys

import structlog
from msgspec import Struct
from structlog.typing import Processor

from tranter.config import Config
from tranter.ledger.setup import configure
from tranter.web.face import face

TOKEN = re.compile(r"[\w:.=%~-]{20,}")


class ServeProblem(Exception):
    """It can't be served; the text says why and what to do."""


class Address(Struct, frozen=True):
    host: str
    port: int

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def serve(config: Config, host: str = "127.0.0.1", port: int = 8321) -> int:
    """Returns the exit code, after SIGTERM or SIGINT. Raises `ServeProblem`, `LedgerProblem` and `KeyProblem`."""
    speak_on_stderr(config.log_format)
    configure(config.database, face(config.base_url, host, config.session_hours))
    from tranter.web.process import run_until_asked

    run_until_asked(config, Address(host, port))
    return 0


def serve_pages(config: Config, host: str, port: int) -> int:
    """One of the processes that serve; workers do the rest. Raises like `serve`."""
    _only_shared(config)
    speak_on_stderr(config.log_format)
    configure(config.database, face(config.base_url, host, config.session_hours))
    from tranter.web.halves import serve_until_asked

    serve_until_asked(config, Address(host, port))
    return 0


def work(config: Config, health: Address | None = None) -> int:
    """One of the processes that work; `health` is where it says how it is. Raises like `serve`."""
    _only_shared(config)
    speak_on_stderr(config.log_format)
    configure(config.database, face(config.base_url, "127.0.0.1", config.session_hours))
    from tranter.web.halves import work_until_asked

    work_until_asked(config, health=health)
    return 0


def _only_shared(config: Config) -> None:
    if not config.database_url:
        raise ServeProblem(
            "the embedded ledger has one process, `tranter up`; for more of them set TRANTER_DATABASE_URL to PostgreSQL"
        )


def speak_on_stderr(log_format: str = "plain", least: int = logging.DEBUG) -> None:
    """Standard output is for data. Tracebacks come without the values of variables: those may be a buyer's."""
    plain: Processor = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    if log_format == "json":
        plain = structlog.processors.JSONRenderer(ensure_ascii=False)
        _others_in_json()
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    structlog.configure(
        processors=[structlog.processors.add_log_level, stamp, plain],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    logging.getLogger("django").setLevel(logging.ERROR)
    logging.getLogger("django.security").setLevel(logging.CRITICAL)
    logging.getLogger("django.template").setLevel(logging.WARNING)  # below that it tells what a page was to show
    requests = logging.getLogger("django.request")
    if without_tokens not in requests.filters:
        requests.addFilter(without_tokens)


def _others_in_json() -> None:
    """What Django and the server say, line by line in the same form."""
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name, stamp],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.getLogger().handlers = [handler]


def without_tokens(record: logging.LogRecord) -> bool:
    """Some addresses open something by themselves: what in a path looks like a token is not written down."""
    if isinstance(record.args, tuple):
        record.args = tuple(TOKEN.sub("…", arg) if isinstance(arg, str) else arg for arg in record.args)
    return True
