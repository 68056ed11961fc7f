from tranter.web.rights import Right
from tranter.web.route import Route, route
from tranter.web.stock import catalogue, history, importing, mapping_skus, mappings, views

STOCK = "m/<slug:merchant>/stock"
MAPPINGS = f"{STOCK}/mappings"
ROUTES: list[Route] = [
    route(STOCK, views.stock, name="stock", right=Right.SEE),
    route(f"{STOCK}/sku/<path:sku>", views.sku, name="sku", right=Right.SEE),
    route(f"{STOCK}/sku-options", mapping_skus.sku_options, name="sku-options", right=Right.SEE),
    route(f"{STOCK}/map-sku", mapping_skus.map_sku, name="map-sku", right=Right.WORK),
    route(f"{STOCK}/catalogue", catalogue.catalogue, name="catalogue", right=Right.SEE),
    route(f"{STOCK}/catalogue/accept", catalogue.accept, name="catalogue-accept", right=Right.WORK),
    route(f"{STOCK}/catalogue/<int:pk>", mapping_skus.match, name="match", right=Right.WORK),
    route(MAPPINGS, mappings.listed, name="mappings", right=Right.SEE),
    route(f"{MAPPINGS}/history", history.history, name="mapping-history", right=Right.SEE),
    route(f"{MAPPINGS}/history/<int:pk>", history.change, name="mapping-change", right=Right.SEE),
    route(f"{MAPPINGS}/history/<int:pk>/undo", history.undo, name="mapping-undo", right=Right.WORK),
    route(f"{MAPPINGS}/<slug:kind>/edit", mappings.edit, name="mapping-edit", right=Right.WORK),
    route(f"{MAPPINGS}/<slug:kind>/import", importing.load, name="mapping-import", right=Right.WORK),
    route(f"{MAPPINGS}/<slug:kind>/export", importing.export, name="mapping-export", right=Right.SEE),
]
