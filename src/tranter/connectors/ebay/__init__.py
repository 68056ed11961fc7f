"""eBay as a cart."""

from tranter.connectors.ebay.manifest import manifest

__all__ = ["manifest"]
