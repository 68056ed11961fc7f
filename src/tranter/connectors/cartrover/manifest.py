"""CartRover's data sheet."""

from tranter.connectors.cartrover.connector import build
from tranter.connectors.cartrover.settings import CartRoverSettings
from tranter.sdk.manifest import Limits, Manifest, Pace, Role

DAY = 86400.0

manifest = Manifest(
    slug="cartrover",
    label="CartRover",
    roles=(Role.WAREHOUSE,),
    settings=CartRoverSettings,
    build=build,
    pace=Pace(calls=100, seconds=60.0),  # a bucket of 100, of which one comes back every 0.6 s
    limits=Limits(
        visibility_seconds=5.0,
        # An order number is taken once, as long as the order is kept; a day is surely within that.
        repeat_safe_seconds=DAY,
        order_number_characters="code",  # it stands in addresses
    ),
    docs="https://developers.cartrover.com",
)
