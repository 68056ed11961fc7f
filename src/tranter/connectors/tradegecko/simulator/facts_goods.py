"""Products, variants, what is in stock and how it moves."""

from tranter.connectors.tradegecko.simulator.shapes import Resource

PRODUCT = Resource(
    "product",
    "products",
    """
    id:int created_at:moment updated_at:moment brand:text/wf description:text/w image_url name:text/wr
    opt1:text/w opt2:text/w opt3:text/w product_type:text/wf quantity:num search_cache status:text/f
    supplier:text/w supplier_ids:list/w image_ids:ids(images.product_id) tags:csv/wf
    variant_ids:ids(variants.product_id) vendor:text/w
    """,
    child="variants",
    deleted_status="archived",
    has_total=True,
)

VARIANT = Resource(
    "variant",
    "variants",
    """
    id:int created_at:moment updated_at:moment product_id:int/crf default_ledger_account_id:int/w
    buy_price:dec/w committed_stock:num available_stock:num incoming_stock:num hs_code:text/w
    country_of_origin:text/w composite:flag/wf description:text/w keep_selling:flag/w
    last_cost_price:dec manage_stock:flag/w max_online:num/w moving_average_cost:num name:text/w
    online_ordering:flag/wf opt1:text/w opt2:text/w opt3:text/w position:int/w product_name
    product_status product_type:text/f purchasable:flag/w retail_price:dec/w sellable:flag/w sku:text/wf
    status:text/f stock_on_hand:num supplier_code:text/w taxable:flag/w upc:text/w weight:num/w
    weight_unit:text/w weight_value:num/w wholesale_price:dec/w image_ids:list/w variant_prices:raw
    locations:raw prices:raw stock_levels:raw committed_stock_levels:raw initial_cost_price:in/c
    initial_stock_level:in/c initial_stock_location_id:in/c
    """,
    deleted_status="archived",
    has_total=True,
)

STOCK_LEVEL = Resource(
    "stock_level",
    "stock_levels",
    """
    variant_id:int committed_stock:num locations:raw stock_on_hand:num available_stock:num incoming_stock:num
    """,
    operations="index show",
    id_key="variant_id",
)

STOCK_ADJUSTMENT = Resource(
    "stock_adjustment",
    "stock_adjustments",
    """
    id:int created_at:moment updated_at:moment adjustment_number:text/wf notes:text/w reason:text/w
    reason_label stock_adjustment_reason_id:int/f stock_location_id:int/cf cached_quantity:dec
    cached_total:dec stock_adjustment_line_item_ids:ids(stock_adjustment_line_items.stock_adjustment_id)
    """,
    operations="index show create delete",
    child="stock_adjustment_line_items",
)

STOCK_ADJUSTMENT_LINE_ITEM = Resource(
    "stock_adjustment_line_item",
    "stock_adjustment_line_items",
    """
    id:int created_at:moment updated_at:moment stock_adjustment_id:int/crf variant_id:int/wrf
    quantity:dec/w position:int/w price:dec/w
    """,
    operations="index show create",
    positioned=True,
)

STOCK_TRANSFER = Resource(
    "stock_transfer",
    "stock_transfers",
    """
    id:int created_at:moment updated_at:moment adjustment_number:text/wf status:text/wf
    received_at:moment/w notes:text/w source_location_id:int/crf destination_location_id:int/crf
    cached_quantity:dec transacted_at:moment/w
    stock_transfer_line_item_ids:ids(stock_transfer_line_items.stock_transfer_id)
    """,
    operations="index show create delete",
    child="stock_transfer_line_items",
)

STOCK_TRANSFER_LINE_ITEM = Resource(
    "stock_transfer_line_item",
    "stock_transfer_line_items",
    """
    id:int created_at:moment updated_at:moment stock_transfer_id:int/crf variant_id:int/wrf
    quantity:dec/w position:int/w image_url
    """,
    operations="index show create delete",
    positioned=True,
)

PURCHASE_ORDER = Resource(
    "purchase_order",
    "purchase_orders",
    """
    id:int created_at:moment updated_at:moment status:text/wf document_url billing_address_id:int/wf
    company_id:int/wrf currency_id:int/wf stock_location_id:int/wf supplier_address_id:int/wf
    default_price_list_id:text/w due_at:day/wf email:text/w notes:text/w order_number:text/wf
    payment_due_at:day/wf procurement_status reference_number:text/w tax_treatment:text/w
    issued_at:day/wf received_at:moment total:dec tags:list/wf cached_quantity:dec cached_total:dec
    default_price_type_id tax_type
    purchase_order_line_item_ids:ids(purchase_order_line_items.purchase_order_id) procurement_ids:list
    """,
    child="purchase_order_line_items",
    sideload_on_index=False,
    deleted_status="deleted",
)

PURCHASE_ORDER_LINE_ITEM = Resource(
    "purchase_order_line_item",
    "purchase_order_line_items",
    """
    id:int created_at:moment updated_at:moment procurement_id:int/f purchase_order_id:int/crf
    tax_type_id:int/wf variant_id:int/wrf base_price:dec freeform:flag/w image_url label:text/w
    position:int/w price:dec/w quantity:dec/w tax_rate_override:dec/w extra_cost_value:dec
    tax_rate:dec/w
    """,
    positioned=True,
)

IMAGE = Resource(
    "image",
    "images",
    """
    id:int product_id:int/crf variant_id:int/cf variant_ids:list/cf uploader_id:int/f name:text/c
    position:int base_path file_name versions:list image_processing:flag url:in/cr
    """,
    operations="index show create delete",
)

GOODS = (
    PRODUCT,
    VARIANT,
    STOCK_LEVEL,
    STOCK_ADJUSTMENT,
    STOCK_ADJUSTMENT_LINE_ITEM,
    STOCK_TRANSFER,
    STOCK_TRANSFER_LINE_ITEM,
    PURCHASE_ORDER,
    PURCHASE_ORDER_LINE_ITEM,
    IMAGE,
)
