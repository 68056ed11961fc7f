import ast

from tests.house_rules.sources import imported, modules, name, spoken, tree

HTTP_LIBRARIES = (
    "pyreqwest",
    "requests",
    "urllib3",
    "urllib.request",
    "http.client",
    "httpx",
    "httpx2",
    "aiohttp",
)
DATABASE = ("django.db", "sqlite3", "psycopg", "tranter.ledger.models")
TIME = {
    *(f"time.{word}" for word in ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "sleep")),
    *(f"datetime.datetime.{word}" for word in ("now", "utcnow", "today")),
    *(f"django.utils.timezone.{word}" for word in ("now", "localdate", "localtime")),
    "time.localtime",
    "time.gmtime",
    "datetime.date.today",
    "django.db.models.functions.Now",
}
CHANCE = ("random", "uuid.uuid1", "uuid.uuid4", "secrets.choice", "secrets.randbelow", "secrets.SystemRandom")
UNSAFE_TLS = {"danger_accept_invalid_certs", "CERT_NONE", "_create_unverified_context"}


def within(dotted: str, *roots: str) -> bool:
    return any(dotted == root or dotted.startswith(f"{root}.") for root in roots)


def importers(*roots: str) -> list[str]:
    return [
        f"{name(path)}:{line} {dotted}"
        for path in modules()
        for line, dotted in imported(tree(path))
        if within(dotted, *roots)
    ]


def users(*roots: str) -> list[str]:
    return [
        f"{name(path)}:{line} {dotted}"
        for path in modules()
        for line, dotted in spoken(tree(path))
        if within(dotted, *roots)
    ]


def test_only_the_http_port_imports_an_http_library() -> None:
    assert [use for use in importers(*HTTP_LIBRARIES) if not use.startswith("sdk/http.py:")] == []


def test_only_the_sftp_port_imports_an_ssh_library() -> None:
    assert [use for use in importers("paramiko", "asyncssh") if not use.startswith("sdk/sftp.py:")] == []


def test_only_the_ledger_touches_the_database() -> None:
    """Ask the ledger for a function that says what you want to know."""
    assert [use for use in importers(*DATABASE) if not use.startswith("ledger/")] == []


def test_only_the_clock_reads_the_time() -> None:
    """Take a Clock as an argument."""
    assert [use for use in users(*TIME) if not use.startswith("engine/clock.py:")] == []


def test_chance_is_seeded_and_handed_in() -> None:
    """`random.Random(seed)` is the only source; keys and tokens come from `secrets.token_*`."""
    assert [use for use in users(*CHANCE) if not use.endswith((" random", " random.Random"))] == []
    unseeded = [
        f"{name(path)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node) in {"Random()", "random.Random()"}
    ]
    assert unseeded == []


def test_no_connector_imports_its_simulator_at_the_door() -> None:
    doors = [path for path in modules() if path.parent.parent.name == "connectors" and path.name == "__init__.py"]
    found = [dotted for path in doors for _, dotted in imported(tree(path))]
    assert [dotted for dotted in found if "simulator" in dotted or within(dotted, "tranter.testing")] == []


def test_nobody_switches_certificates_off() -> None:
    found = [
        f"{name(path)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Attribute) and node.attr in UNSAFE_TLS)
        or (isinstance(node, ast.Name) and node.id in UNSAFE_TLS)
    ]
    assert found == []


def test_what_is_written_for_a_merchant_is_written_alone() -> None:
    """`with writing(book):` instead of `transaction.atomic()`: what was read stays true on PostgreSQL, too."""
    found = [
        f"{name(path)}:{node.lineno} {function.name}"
        for path in modules()
        for function in ast.walk(tree(path))
        if isinstance(function, ast.FunctionDef) and "book" in {argument.arg for argument in function.args.args}
        for node in ast.walk(function)
        if isinstance(node, ast.With) and any("atomic" in ast.unparse(item) for item in node.items)
    ]
    assert found == []
