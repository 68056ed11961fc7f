"""Fields of an order as CartRover's clients write them (docs/cartrover-api.md)."""

REQUIRED = ("cust_ref", "ship_address_1", "ship_city", "ship_state", "ship_zip", "ship_country")
REQUIRED_OF_ITEM = ("item", "quantity")
STATES_NEEDED = frozenset({"US", "CA", "AU"})
"""Elsewhere a blank `ship_state` or `ship_zip` is an answer, too: many countries have none."""

RESERVED = frozenset({"batch", "cancel", "cartrover", "list", "status", "update", "wms_cancel"})
"""They stand where a cust_ref does in addresses."""

NEVER_KEPT = frozenset(
    "credit_card_no cvv expiration_date check_account_no check_bank_id check_no check_cust_bank check_cust_id_num"
    " check_cust_id_state check_cust_id_mm check_cust_id_dd check_cust_id_yy check_cust_id_type".split()
)
"""No order is sent with them, and nobody can lose what is not there."""

LONGEST_REFERENCE = 200
