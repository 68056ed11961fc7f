"""CartRover's words. Its statuses: support.cartrover.com, order statuses (November 2026)."""

OPEN = frozenset({"new", "at_wms", "error"})
SHIPPED = frozenset({"partial", "shipped", "confirmed"})
CANCELED = "canceled"

DUPLICATE = "OrderDuplicate"

SHIPPED_LISTS = ("partial", "shipped_or_confirmed")
"""Lists of orders with parcels. Their dates are those on which a parcel was loaded."""
