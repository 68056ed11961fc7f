"""The definition of support: a connector that passes these tests may carry orders.

Subclass it in a test module, name the manifest and the connector's class, and write the hooks that its verbs need.
docs/write-a-connector.md shows a whole one.
"""

import pytest

# Before they are imported: else a failing assertion would not say what it compared.
PARTS = ("account", "cart", "warehouse", "way")
pytest.register_assert_rewrite(*(f"tranter.testing.contract_{part}" for part in PARTS))

from tranter.testing.contract_account import AccountContract  # noqa: E402 - see above
from tranter.testing.contract_cart import CartContract  # noqa: E402
from tranter.testing.contract_warehouse import WarehouseContract  # noqa: E402
from tranter.testing.contract_way import WayContract  # noqa: E402


class ConnectorContract(AccountContract, CartContract, WarehouseContract, WayContract):
    """Tests of verbs that the connector does not have are not there."""
