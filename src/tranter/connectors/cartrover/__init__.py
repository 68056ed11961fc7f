from tranter.connectors.cartrover.manifest import manifest

__all__ = ["manifest"]
