"""The API cart's data sheet."""

from tranter.connectors.api.connector import build
from tranter.connectors.api.settings import ApiSettings
from tranter.sdk.manifest import Manifest, Pace, Role

manifest = Manifest(
    slug="api",
    label="API cart",
    roles=(Role.CART,),
    settings=ApiSettings,
    build=build,
    pace=Pace(calls=6000, seconds=60.0),  # it is called, and calls nobody
)
