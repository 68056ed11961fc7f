from tranter.connectors.csv.manifest import manifest

__all__ = ["manifest"]
