"""The account: its places, people, money, taxes and webhooks."""

from tranter.connectors.tradegecko.simulator.shapes import Resource

ACCOUNT = Resource(
    "account",
    "accounts",
    """
    id:int created_at:moment updated_at:moment contact_email:text/w contact_mobile:text/w
    contact_phone:text/w country:text/wr default_order_price_list_id:text/w
    default_purchase_order_price_list_id:text/w default_sales_ledger_account_on:text/w
    default_tax_treatment:text/w default_document_theme_id:int/w industry:text/w logo_url name:text/wr
    stock_level_warn:flag/w tax_label:text/w tax_number:text/w tax_number_label:text/w time_zone:text/w
    website:text/w primary_location_id:int/w primary_billing_location_id:int/w default_currency_id:int/w
    default_payment_method_id:int/w default_payment_term_id:int/w billing_contact_id:int/w
    default_sales_order_tax_type_id:int/w default_purchase_order_tax_type_id:int/w
    default_tax_exempt_id:int/w default_tax_rate:dec default_tax_type:text/w default_tax_type_id:int/w
    default_order_price_type_id:text/w default_purchase_order_price_type_id:text/w location_ids:raw
    user_ids:raw
    """,
    operations="index show update current",
    paginated=False,
)

USER = Resource(
    "user",
    "users",
    """
    id:int created_at:moment updated_at:moment action_items_email:text/w avatar_url:text/w
    billing_contact:flag/w email:text/w first_name:text/w last_name:text/w last_sign_in_at:moment/w
    location:text/w login_id:int/f mobile:text/w notification_email:flag/w permissions:list/w
    phone_number:text/w position:text/w sales_report_email:flag/w status:text/f account_id:int/f
    """,
    operations="index show update delete current",
    deleted_status="archived",
)

LOCATION = Resource(
    "location",
    "locations",
    """
    id:int created_at:moment updated_at:moment address1:text/wr address2:text/w city:text/w
    country:text/wr holds_stock:flag/w label:text/wr state:text/w status:text/f suburb:text/w
    zip_code:text/w
    """,
    deleted_status="archived",
)

CURRENCY = Resource(
    "currency",
    "currencies",
    """
    id:int created_at:moment updated_at:moment delimiter:text/w format:text/w iso:text/wrf name:text/w
    precision:int/w rate:dec/w separator:text/w symbol:text/w status:text/f subunit:int
    """,
    deleted_status="archived",
)

TAX_TYPE = Resource(
    "tax_type",
    "tax_types",
    """
    id:int code:text/w imported_from name:text/wr status:text/f quickbooks_online_id xero_online_id
    effective_rate:dec tax_component_ids:ids(tax_components.tax_type_id)
    """,
    child="tax_components",
    sideload="tax_components",
    deleted_status="archived",
)

TAX_COMPONENT = Resource(
    "tax_component",
    "tax_components",
    "id:int tax_type_id:int/crf position:int/w label:text/w rate:dec/w compound:flag/wf",
    positioned=True,
)

PRICE_LIST = Resource(
    "price_list",
    "price_lists",
    """
    id:raw code:text/w name:text/w is_cost:flag/w currency_id:int/wrf currency_symbol currency_iso
    is_default:flag position:int/w
    """,
)

PAYMENT_TERM = Resource(
    "payment_term",
    "payment_terms",
    "id:int name:text/wr due_in_days:int/w status:text/f from:text/w",
    deleted_status="archived",
)

PAYMENT_METHOD = Resource(
    "payment_method",
    "payment_methods",
    "id:int created_at:moment updated_at:moment name:text/wrf is_default:flag",
)

WEBHOOK = Resource(
    "webhook",
    "webhooks",
    "id:int created_at:moment updated_at:moment event:text/wr address:text/wr oauth_application_id:int",
)

COMPOSITION = Resource(
    "composition",
    "composition",
    "bundle_id:int/f bundle_sku:text/f component_id:int/f component_sku quantity:num",
    operations="index",
)

ACCOUNT_RESOURCES = (
    ACCOUNT,
    USER,
    LOCATION,
    CURRENCY,
    TAX_TYPE,
    TAX_COMPONENT,
    PRICE_LIST,
    PAYMENT_TERM,
    PAYMENT_METHOD,
    WEBHOOK,
    COMPOSITION,
)

EVENTS = frozenset(
    """
    account.update address.create address.update channel.destroy company.create company.update
    company.destroy contact.create contact.update document_theme.update fulfillment.create
    fulfillment.fulfilled fulfillment_return.create fulfillment_return.received invoice.create
    invoice.destroy location.create location.update order.create order.finalized order.fulfilled
    payment.create product.create product.destroy procurement.create purchase_order.create
    purchase_order.received stock_adjustment.create stock_transfer.create variant.create
    variant.stock_level_update image.create
    """.split()
)
