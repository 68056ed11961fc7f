"""Orders, what is sent, billed and returned for them, and the companies that buy."""

from tranter.connectors.tradegecko.simulator.shapes import Resource

ORDER = Resource(
    "order",
    "orders",
    """
    id:int created_at:moment updated_at:moment document_url assignee_id:int/wf billing_address_id:int/wf
    company_id:int/wrf contact_id:int/wf currency_id:int/wf shipping_address_id:int/wrf
    stock_location_id:int/wf user_id:int/f default_price_list_id:text/w email:text/w
    fulfillment_status:text/f invoice_status:text/f issued_at:day/wr notes:text/w order_number:text/wf
    packed_status:text/f payment_status:text/f phone_number:text/w reference_number:text/wf
    return_status:text/f returning_status:text/f shippability_status:text/f backordering_status:text/f
    ship_at:day/w source_url:text/w status:text/wf tax_label tax_override tax_treatment:text/w total:dec
    tags:list/wf fulfillment_ids:ids(fulfillments.order_id)
    fulfillment_return_ids:ids(fulfillment_returns.order_id) invoice_ids:ids(invoices.order_id)
    payment_ids:ids(payments.order_id) refund_ids:list invoices:ids(invoices.order_id) cached_total:dec
    default_price_type_id source tax_type tracking_number url source_id:int/f invoice_numbers:hash
    order_line_item_ids:ids(order_line_items.order_id)
    """,
    child="order_line_items",
    sideload_on_index=False,
    deleted_status="deleted",
    has_total=True,
)

ORDER_LINE_ITEM = Resource(
    "order_line_item",
    "order_line_items",
    """
    id:int created_at:moment updated_at:moment order_id:int/crf variant_id:int/wf tax_type_id:int/wf
    discount:dec/w freeform:flag/w image_url:text/w label:text/w line_type:text/w position:int/w
    price:dec/w quantity:dec/w tax_rate_override:dec/w tax_rate:dec/w
    fulfillment_line_item_ids:ids(fulfillment_line_items.order_line_item_id)
    fulfillment_return_line_item_ids:ids(fulfillment_return_line_items.order_line_item_id)
    invoice_line_item_ids:ids(invoice_line_items.order_line_item_id)
    """,
    positioned=True,
)

FULFILLMENT = Resource(
    "fulfillment",
    "fulfillments",
    """
    id:int created_at:moment updated_at:moment order_id:int/crf shipping_address_id:int/wf
    billing_address_id:int/wf stock_location_id:int/wf delivery_type:text/w exchange_rate:dec/w
    notes:text/w packed_at:day/w receipt:hash/wf received_at:moment/w service:text/w shipped_at:moment/w
    status:text/wf tracking_company:text/w tracking_number:text/w tracking_url:text/w order_number
    company_id:int/f fulfillment_line_item_ids:ids(fulfillment_line_items.fulfillment_id)
    """,
    child="fulfillment_line_items",
    child_required=True,
    sideload="fulfillment_line_items",
    deleted_status="deleted",
    has_total=True,
)

FULFILLMENT_LINE_ITEM = Resource(
    "fulfillment_line_item",
    "fulfillment_line_items",
    """
    id:int created_at:moment updated_at:moment fulfillment_id:int/crf order_line_item_id:int/wrf
    base_price:dec position:int/w quantity:dec/wr variant_id:int variant_sku
    """,
    positioned=True,
)

FULFILLMENT_RETURN = Resource(
    "fulfillment_return",
    "fulfillment_returns",
    """
    id:int created_at:moment updated_at:moment order_id:int/crf location_id:int/wf delivery_type:text/w
    exchange_rate:dec/w notes:text/w received_at:moment/w tracking_company:text/w tracking_number:text/w
    tracking_url:text/w status:text/wf credit_note_number:text/w order_number company_id:int/f
    """,
    child="fulfillment_return_line_items",
    child_required=True,
    sideload="fulfillment_return_line_items",
    deleted_status="deleted",
)

FULFILLMENT_RETURN_LINE_ITEM = Resource(
    "fulfillment_return_line_item",
    "fulfillment_return_line_items",
    """
    id:int created_at:moment updated_at:moment fulfillment_return_id:int/crf order_line_item_id:int/wrf
    base_price:dec/w position:int/w quantity:dec/wr ledger_account_id:int/wf stock_trail_ids:list
    """,
    positioned=True,
)

INVOICE = Resource(
    "invoice",
    "invoices",
    """
    id:int created_at:moment updated_at:moment document_url order_id:int/crf shipping_address_id:int/wf
    billing_address_id:int/wf payment_term_id:int/wf due_at:day/w exchange_rate:dec/w
    invoice_number:text/wf invoiced_at:day/w notes:text/w cached_total:dec payment_status:text/f
    order_number company_id:int/f currency_id:int/f status
    invoice_line_item_ids:ids(invoice_line_items.invoice_id) payment_ids:ids(payments.invoice_id)
    refund_ids:list
    """,
    child="invoice_line_items",
    child_required=True,
    sideload="invoice_line_items",
    deleted_status="archived",
)

INVOICE_LINE_ITEM = Resource(
    "invoice_line_item",
    "invoice_line_items",
    """
    id:int created_at:moment updated_at:moment invoice_id:int/crf order_line_item_id:int/wrf
    base_price:dec/f ledger_account_id:int position:int/w quantity:dec/wr
    """,
    positioned=True,
)

PAYMENT = Resource(
    "payment",
    "payments",
    """
    id:int created_at:moment updated_at:moment invoice_id:int/crf order_id:int/f payment_method_id:int/c
    amount:dec/cr reference:text/c paid_at:moment/c status:text/c exchange_rate:dec/c
    """,
    operations="index show create delete",
    deleted_status="archived",
)

COMPANY = Resource(
    "company",
    "companies",
    """
    id:int created_at:moment updated_at:moment assignee_id:int/wf default_ledger_account_id:int/wf
    default_payment_method_id:int/wf default_payment_term_id:int/wf default_stock_location_id:int/wf
    default_tax_type_id:int/wf company_code:text/wf company_type:text/wrf default_discount_rate:dec/w
    default_price_list_id:text/wf default_tax_rate:dec/w default_document_theme_id:int/wf
    description:text/w email:text/wf fax:text/w name:text/wr phone_number:text/w status:text/uf
    tax_number:text/w website:text/w tags:list/w address_ids:ids(addresses.company_id)
    contact_ids:ids(contacts.company_id) note_ids:ids(notes.company_id) default_price_type_id:text/wf
    """,
    deleted_status="archived",
    has_total=True,
)

CONTACT = Resource(
    "contact",
    "contacts",
    """
    id:int created_at:moment updated_at:moment company_id:int/crf email:text/w fax:text/w
    first_name:text/wr last_name:text/w location:text/w mobile:text/w notes:text/w phone_number:text/w
    position:text/w status:text/f iguana_admin:flag/w online_ordering:flag/wf
    invitation_accepted_at:moment/w phone:text/w
    """,
    deleted_status="archived",
)

ADDRESS = Resource(
    "address",
    "addresses",
    """
    id:int created_at:moment updated_at:moment company_id:int/crf address1:text/wr address2:text/w
    city:text/w company_name:text/w country:text/w country_code:text/w email:text/w first_name:text/w
    last_name:text/w label:text/w phone_number:text/w state:text/w status:text/f suburb:text/w
    zip_code:text/w
    """,
    deleted_status="archived",
    put_status=200,
)

NOTE = Resource(
    "note",
    "notes",
    "id:int created_at:moment updated_at:moment company_id:int/crf user_id:int/f body:text/w",
)

SALES = (
    ORDER,
    ORDER_LINE_ITEM,
    FULFILLMENT,
    FULFILLMENT_LINE_ITEM,
    FULFILLMENT_RETURN,
    FULFILLMENT_RETURN_LINE_ITEM,
    INVOICE,
    INVOICE_LINE_ITEM,
    PAYMENT,
    COMPANY,
    CONTACT,
    ADDRESS,
    NOTE,
)
