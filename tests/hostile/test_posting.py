"""Forms sent by people who may not, and with fields that no form has."""

from typing import Any

import pytest
from django.apps import apps

from tests.hostile.posting import changes, every_form, mine, rows
from tests.web.crossing import FAR, far_rows, neighbour
from tests.web.house import Web
from tranter.ledger.models import Flow, User
from tranter.testing.faultmark import fault

OWN = {("User", "last_login"), ("User", "name"), ("User", "theme"), ("User", "language"), ("User", "time_zone")}
NEVER = {"merchant_id", "connection_id", "role", "staff", "everywhere", "is_active", "password", "email", "user_id"}


@pytest.fixture
def busy(web: Web) -> Web:
    """Orders in every state, a problem, a neighbour."""
    for sku in ("LAMP", "KETL", "BOOK"):
        web.scene.ebay.buy_one(sku)
    web.scene.pass_time(minutes=20)
    neighbour(web)
    Flow.objects.filter(pk__gte=FAR).update(due_at="2099-01-01T00:00:00Z")
    return web


@fault("SEC-03")
@pytest.mark.parametrize("staff", [True, False])
def test_a_viewer_s_posts_change_nothing(busy: Web, staff: bool) -> None:
    """The forms are those that an owner sees, and each address is posted to bare as well."""
    owner = busy.as_owner() if staff else busy.as_merchant_user("owner")
    viewer = busy.as_viewer() if staff else busy.as_merchant_user("viewer")
    found = every_form(owner)
    assert found
    before, answered = rows(["SavedView"]), {}
    for path, fields in [*found, *((path, (("confirm", "yes"),)) for path in mine(owner, 1))]:
        if not path.startswith(("/me", "/sign-")):
            answered[path] = viewer.post(path, dict(fields)).status_code

    assert {path: status for path, status in answered.items() if status >= 500} == {}
    assert changes(before, rows(["SavedView"]), lambda name, field: (name, field) in OWN) == []


@fault("SEC-17")
def test_fields_that_a_form_does_not_have_change_nothing(busy: Web) -> None:
    """Every column of every table, sent along with every form, by somebody who may send that form."""
    owner = busy.as_merchant_user("owner")
    before, far, wrong = rows(), far_rows(), {}
    for path, fields in every_form(owner):
        answer = owner.post(path, {**every_column(), **dict(fields)})
        if answer.status_code >= 500:
            wrong[path] = answer.status_code
    after = rows()

    assert wrong == {}
    assert far_rows() == far
    assert changes(before, after, lambda name, field: field not in NEVER) == []
    assert User.objects.get(email="owner@default.example").role == "owner"


def every_column() -> dict[str, Any]:
    names = {field.attname for model in apps.get_models() for field in model._meta.concrete_fields}
    names |= {field.name for model in apps.get_models() for field in model._meta.concrete_fields}
    telling = {"role": "owner", "email": "eve@example.com", "password": "eve", "state": "live", "slug": "zebra"}
    return {name: telling.get(name, str(FAR)) for name in names} | {
        "staff": "on",
        "everywhere": "on",
        "merchant": "zebra",
    }
