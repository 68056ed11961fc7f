"""Webhooks in: verified by the connector, written down, answered. The flows that they wake do the work."""

from tranter.engine.hub import Hub
from tranter.ledger import inbox
from tranter.ledger.connections import ConnectionRecord
from tranter.ledger.inbox import Notice
from tranter.sdk.errors import ConnectorError
from tranter.sdk.verbs import HookAnswer, HookRequest, ReceivesHooks


def receive(hub: Hub, info: ConnectionRecord, hook: HookRequest) -> HookAnswer:
    """What to answer. Anything but a 2xx makes the vendor send it again, so a repetition is harmless."""
    connector = hub.plug(info).connector
    if not isinstance(connector, ReceivesHooks):
        return HookAnswer(status=404)
    try:
        answer = connector.receive_hook(hook)
    except ConnectorError:
        return HookAnswer(status=503)
    if not 200 <= answer.status < 300:
        return answer
    notice = Notice(
        event_id=answer.event_id,
        ring=answer.ring,
        erase_buyer=answer.erase_buyer,
        signed_out=answer.signed_out,
    )
    if notice != Notice():
        inbox.take_in(hub.book(info), info, notice, hub.ports.clock.now())
    return answer
