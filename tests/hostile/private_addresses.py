"""Spellings of addresses that the hub must never call, and names that lead to one. `{port}` listens on this machine."""

LITERAL = [
    "http://127.0.0.1:{port}",
    "https://127.0.0.1:{port}",
    "https://127.1:{port}",
    "https://127.0.1:{port}",
    "https://2130706433:{port}",
    "https://017700000001:{port}",
    "https://0177.0.0.1:{port}",
    "https://0177.0.0.01:{port}",
    "https://0x7f000001:{port}",
    "https://0x7f.0.0.1:{port}",
    "https://0x7f.1:{port}",
    "https://127.0.0.1.:{port}",
    "https://127.255.255.254:{port}",
    "https://0.0.0.0:{port}",
    "https://0:{port}",
    "https://0x0:{port}",
    "https://[::1]:{port}",
    "https://[::]:{port}",
    "https://[0:0:0:0:0:0:0:1]:{port}",
    "https://[0000::0001]:{port}",
    "https://[::ffff:127.0.0.1]:{port}",
    "https://[::ffff:7f00:1]:{port}",
    "https://[0:0:0:0:0:ffff:127.0.0.1]:{port}",
    "https://[::127.0.0.1]:{port}",
    "https://[64:ff9b::127.0.0.1]:{port}",
    "https://[64:ff9b::7f00:1]:{port}",
    "https://[2002:7f00:1::]:{port}",
    "https://[2002:a9fe:a9fe::]:{port}",
    "https://[fe80::1]:{port}",
    "https://[fc00::1]:{port}",
    "https://[fd00:ec2::254]",
    "https://[ff02::1]",
    "https://169.254.169.254",
    "https://2852039166",
    "https://0xa9fea9fe",
    "https://0251.0376.0251.0376",
    "https://[::ffff:169.254.169.254]",
    "https://[::ffff:a9fe:a9fe]",
    "https://100.100.100.200",
    "https://10.0.0.1",
    "https://10.255.255.255",
    "https://172.16.0.1",
    "https://172.31.255.254",
    "https://192.168.0.1",
    "https://192.168.1",
    "https://100.64.0.1",
    "https://198.18.0.1",
    "https://192.0.2.1",
    "https://224.0.0.1",
    "https://255.255.255.255",
]
NAMED = [
    "http://localhost:{port}",
    "https://localhost:{port}",
    "https://LOCALHOST:{port}",
    "https://localhost.:{port}",
    "https://%6c%6f%63%61%6c%68%6f%73%74:{port}",
    "https://ⓛocalhost:{port}",
    "https://shop.test:{port}",
    "https://shop.test.:{port}",
    "https://both.test:{port}",
    "https://metadata.test",
    "https://mapped.test:{port}",
    "https://nat64.test:{port}",
    "https://turns.test:{port}",
]
SPOILED = [
    "https://user:pass@127.0.0.1:{port}",
    "https://shop.example@127.0.0.1:{port}",
    "https://shop.example#@127.0.0.1:{port}",
    "https://127.0.0.1:{port}/latest/meta-data",
    "https://127.0.0.1:{port}?a=b",
    "https://127.0.0.1:{port}\\@shop.example",
    "https:///127.0.0.1:{port}",
    "//127.0.0.1:{port}",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}",
    "dict://127.0.0.1:{port}",
    "ftp://127.0.0.1:{port}",
    "unix:///var/run/docker.sock",
    "data:text/html,x",
    "jar:https://127.0.0.1:{port}!/",
    "https://[::1%25lo]:{port}",
    "https://127.0.0.1:{port}\r\nHost: shop.example",
    "",
]
LEADS_TO = {
    "localhost": ["127.0.0.1", "::1"],
    "shop.test": ["10.0.0.1"],
    "both.test": ["8.8.8.8", "127.0.0.1"],
    "metadata.test": ["169.254.169.254"],
    "mapped.test": ["::ffff:127.0.0.1"],
    "nat64.test": ["64:ff9b::7f00:1"],
}


def lookup(host: str, port: int) -> list[str]:
    """A name server in a stranger's hand. Numbers are read as the system's resolver reads them: `127.1` is one."""
    import socket

    host = host.lower().rstrip(".")
    if host == "turns.test":
        return ["127.0.0.1"]
    if host in LEADS_TO:
        return LEADS_TO[host]
    return sorted({str(found[4][0]) for found in socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST)})
