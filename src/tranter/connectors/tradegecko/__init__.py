from tranter.connectors.tradegecko.manifest import manifest

__all__ = ["manifest"]
