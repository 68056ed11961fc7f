"""The fields of an order in this API, in the order in which they are told (docs/cartrover-api.md)."""

HEAD = tuple(
    """created_date_time updated_date_time record_no version format cust_ref cust_ref_original cust_po_no
    cust_po_no_original po_number carrier ship_code ship_code_description working_ship_code cust_company cust_title
    cust_first_name cust_last_name cust_address_1 cust_address_2 cust_address_3 cust_city cust_state cust_zip
    cust_country cust_phone cust_e_mail ship_company ship_title ship_first_name ship_last_name ship_address_1
    ship_address_2 ship_address_3 ship_city ship_state ship_zip ship_country ship_phone ship_e_mail ship_address_type
    special_services customer_id order_date sub_total order_discount sales_tax shipping_handling grand_total balance
    currency_code credit_card_no expiration_date pay_type tax_exempt_sw installment_program media_week order_source
    promo_code ani_phone vendor_phone check_account_no check_type check_no check_bank_id check_cust_bank
    check_cust_id_num check_cust_id_state check_cust_id_mm check_cust_id_dd check_cust_id_yy check_cust_id_type
    location shipping_instructions ship_account_no ship_account_zip pre_auth_code pre_auth_amt pre_auth_id cvv
    custom_field_1 custom_field_2 custom_field_3 custom_field_4 custom_field_5 gift_card_sw token_sw cass_code_ship
    cass_error_ship cass_code_cust cass_error_cust cass_date ncoa_code_ship ncoa_code_cust ncoa_date error_code
    error_msg ifraud_error_code xfraud_error_code credit_error_code resubmit_date black_list credit_score fraud_score
    load_override_sw fail_action action_dt filename call_queue clerk_disposition clerk_disp_dt rep_disposition
    rep_disp_dt duplicate_sw weight org_file_no gift_message gift_wrap prepaid_order delete_date routing_sw
    sent_to_region accepted_by_region regional_center regional_order_no regional_ship_date regional_retry_sw
    regional_error regional_attempts first_attempt cancel_date changed_by changed_from_server changed_by_user
    cc_last_four expected_delivery_date requested_ship_date latest_ship_date delivered_to_wms_date shipment_pk
    error_reason mark_in_progress_date extra_system_date_sent sending_canceled shipping_pickup_canceled on_hold
    num_failed_sends inventory_warehouse_pk order_status total_qty num_to_ship num_shipped""".split()
)
LIST_ONLY = frozenset("order_status cust_ref_original cust_po_no_original total_qty num_to_ship num_shipped".split())
VIEW_ONLY = frozenset("changed_by changed_from_server changed_by_user shipment_pk".split())
ECHOED = tuple(
    """record_no carrier ship_code_description cust_title ship_title ship_address_type special_services pay_type
    installment_program media_week promo_code ani_phone vendor_phone location shipping_instructions ship_account_no
    pre_auth_code pre_auth_id custom_field_1 custom_field_2 custom_field_3 custom_field_4 custom_field_5
    cass_code_ship cass_error_ship cass_code_cust cass_error_cust cass_date ncoa_code_ship ncoa_code_cust ncoa_date
    ifraud_error_code xfraud_error_code credit_error_code resubmit_date black_list credit_score fraud_score
    fail_action action_dt filename call_queue clerk_disposition clerk_disp_dt rep_disposition rep_disp_dt weight
    org_file_no gift_message prepaid_order regional_center regional_order_no regional_ship_date first_attempt
    cc_last_four expected_delivery_date customer_id""".split()
)
"""What the client wrote there comes back; the hub has no use for it."""

SWITCHES = ("tax_exempt_sw", "gift_card_sw", "token_sw", "load_override_sw", "duplicate_sw", "gift_wrap")
CONSTANT = {
    "balance": "0.00",
    "routing_sw": "N",
    "regional_retry_sw": "N",
    "regional_attempts": "0",
    "shipping_pickup_canceled": "N",
}
PARCEL = tuple(
    """carrier method tracking_no tracking_no_secondary sscc_barcode bill_of_lading total_cost package_weight_lbs
    dim_weight_lbs zone delivery_surcharge_type whs_location box_length_in box_width_in box_height_in date
    tracking_url custom_1 custom_2 custom_3 items""".split()
)
PARCEL_ITEM = tuple(
    """item quantity carton_code carton_num box_length_in box_width_in box_height_in package_weight_lbs lot_code
    custom_1""".split()
)
