"""Contract: the account, sign-in, limits and silence about secrets."""

import traceback

import pytest
from msgspec.structs import replace

from tranter.sdk.errors import AuthError, ConnectorError, TransientError
from tranter.sdk.manifest import Role
from tranter.sdk.verbs import PullsOrders, PullsProducts, PushesFulfillments, PushesShipments, ReceivesHooks
from tranter.testing.contract_base import ContractHooks, needs
from tranter.testing.contract_line import Trouble
from tranter.testing.contract_world import ContractWorld

DUTIES: dict[Role, tuple[type, ...]] = {
    Role.CART: (PullsOrders, PushesShipments),
    Role.WAREHOUSE: (PushesFulfillments, PullsProducts),
}
SHORTEST_SECRET = 8


class AccountContract(ContractHooks):
    def test_it_has_the_verbs_of_its_roles(self) -> None:
        wanted = [verb for role in self.manifest.roles for verb in DUTIES[role]]
        assert [verb.__name__ for verb in wanted if not issubclass(self.connector, verb)] == []

    def test_verify_says_whose_account_it_is(self, world: ContractWorld) -> None:
        assert world.seen.account_id
        assert world.connector.verify().account_id == world.seen.account_id

    def test_a_429_is_waited_for(self, world: ContractWorld) -> None:
        world.line.next_call(Trouble.THROTTLED)
        with pytest.raises(TransientError) as caught:
            world.connector.verify()
        assert caught.value.retry_after is None or caught.value.retry_after > 0
        world.wait(caught.value)
        assert world.connector.verify() == world.seen

    @pytest.mark.parametrize("trouble", [Trouble.DOWN, Trouble.UNREACHABLE, Trouble.LOST_REPLY])
    def test_a_vendor_that_is_down_is_waited_for(self, world: ContractWorld, trouble: Trouble) -> None:
        world.line.next_call(trouble)
        with pytest.raises(TransientError):
            world.connector.verify()

    @pytest.mark.parametrize("trouble", [Trouble.HTML, Trouble.TRUNCATED])
    def test_a_reply_that_is_none_is_an_error_and_never_an_empty_answer(
        self, world: ContractWorld, trouble: Trouble
    ) -> None:
        world.line.next_call(trouble)
        with pytest.raises(ConnectorError):
            world.connector.verify()

    def test_an_expired_token_is_refreshed_once_or_asks_for_a_sign_in(self, world: ContractWorld) -> None:
        before = world.line.token_requests
        if self.manifest.auth is not None and world.pocket.load().get("refresh_token"):
            world.line.next_call(Trouble.EXPIRED)
            assert world.connector.verify() == world.seen
            assert world.line.token_requests == before + 1
        else:
            world.line.always = Trouble.EXPIRED  # a fixed token may be tried more than once
            with pytest.raises(AuthError):
                world.connector.verify()

    def test_a_withdrawn_consent_is_an_auth_error(self, world: ContractWorld) -> None:
        world.line.always = Trouble.SIGNED_OUT
        with pytest.raises(AuthError):
            world.connector.verify()

    def test_secrets_are_in_no_setting_that_is_shown(self, world: ContractWorld) -> None:
        secret_names = world.settings.secret_names()
        full = self.manifest.settings.read(
            {**self.settings(world.vendor), **dict.fromkeys(secret_names, "s3cret-value")}
        )
        assert "s3cret-value" not in f"{full!r} {full} {full.plain()}"

    def test_secrets_reach_no_error_and_no_note_of_a_call(self, world: ContractWorld) -> None:
        said = []
        for trouble in (Trouble.THROTTLED, Trouble.EXPIRED, Trouble.DOWN, Trouble.HTML, Trouble.LOST_REQUEST):
            said.append(_said(world, trouble))
        world.line.always = Trouble.SIGNED_OUT
        said.append(_said(world, None))
        spoken = "\n".join(said) + repr(world.notes)
        assert [secret for secret in world.pocket.ever if len(secret) >= SHORTEST_SECRET and secret in spoken] == []

    @needs(ReceivesHooks)
    def test_a_genuine_webhook_rings_and_nothing_else(self, world: ContractWorld) -> None:
        hook = self.hook(world.vendor)
        first, again = world.connector.receive_hook(hook), world.connector.receive_hook(hook)
        assert 200 <= first.status < 300
        assert first.ring
        assert first.event_id == again.event_id != ""

    @needs(ReceivesHooks)
    def test_a_forged_webhook_is_refused(self, world: ContractWorld) -> None:
        genuine = self.hook(world.vendor)
        forged = [
            replace(genuine, body=genuine.body.replace(b"{", b'{"forged": 1, ', 1)),
            replace(genuine, headers={}),
            replace(genuine, body=b""),
        ]
        for hook in forged:
            answer = world.connector.receive_hook(hook)
            assert 400 <= answer.status < 500
            assert (answer.ring, answer.erase_buyer, answer.signed_out) == ((), (), "")


def _said(world: ContractWorld, trouble: Trouble | None) -> str:
    """All that an error tells about itself, with its causes."""
    if trouble is not None:
        world.line.next_call(trouble)
    try:
        world.connector.verify()
    except ConnectorError as error:
        world.wait(error if isinstance(error, TransientError) else None)
        return "".join(traceback.format_exception(error)) + repr(vars(error))
    return ""
