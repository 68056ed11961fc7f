from tranter.web.rights import Right
from tranter.web.route import Route, route
from tranter.web.stock import mapping_skus, views

STOCK = "m/<slug:merchant>/stock"
ROUTES: list[Route] = [
    route(STOCK, views.stock, name="stock", right=Right.SEE),
    route(f"{STOCK}/catalogue", views.stock, name="catalogue", right=Right.SEE),
    route(f"{STOCK}/sku-options", mapping_skus.sku_options, name="sku-options", right=Right.SEE),
    route(f"{STOCK}/map-sku", mapping_skus.map_sku, name="map-sku", right=Right.WORK),
]
