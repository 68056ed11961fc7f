"""The data sheet of files."""

from tranter.connectors.csv.connector import build
from tranter.connectors.csv.settings import CsvSettings
from tranter.connectors.csv.words import Kind
from tranter.sdk.manifest import Limits, Manifest, Pace, Role

manifest = Manifest(
    slug="csv",
    label="CSV files",
    roles=(Role.CART, Role.WAREHOUSE),
    settings=CsvSettings,
    build=build,
    house_only=True,
    pace=Pace(calls=6000, seconds=60.0),  # nobody counts; it keeps a mistake from spinning
    limits=Limits(visibility_seconds=2.0, look_up_batch=20, stock_batches={Kind.LEVELS.value: 5000}),
)
