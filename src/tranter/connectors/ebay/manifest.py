"""eBay's data sheet."""

from tranter.connectors.ebay.connector import Ebay
from tranter.connectors.ebay.oauth import auth
from tranter.connectors.ebay.settings import EbaySettings
from tranter.connectors.ebay.words import Family
from tranter.sdk.manifest import Context, Limits, Manifest, Pace, Role
from tranter.sdk.verbs import Connector


def build(context: Context) -> Connector:
    return Ebay(context)


manifest = Manifest(
    slug="ebay",
    label="eBay",
    roles=(Role.CART,),
    settings=EbaySettings,
    build=build,
    pace=Pace(2000, 300),
    limits=Limits(
        visibility_seconds=120,
        repeat_safe_seconds=0,
        look_up_batch=1,
        stock_batches={Family.INVENTORY.value: 25, Family.TRADING.value: 4},
        revisions_per_day=250,
    ),
    auth=auth,
    docs="https://developer.ebay.com/develop/selling-apps",
)
