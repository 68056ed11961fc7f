from tranter.connectors.api.manifest import manifest

__all__ = ["manifest"]
