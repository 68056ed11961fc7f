"""Orders that the warehouse has without holding stock for them (drafts): when it begins to, the hub lets go."""

from tranter.engine.parties import Party
from tranter.engine.run import Run
from tranter.ledger import fulfillments
from tranter.sdk.verbs import PushesFulfillments, Verdict


def see_commitments(run: Run, party: Party) -> None:
    """Before stock is read, so that the reading that follows counts what is seen here as committed."""
    connector = run.hub.plug(party.info).connector
    if not isinstance(connector, PushesFulfillments):
        return
    waiting = fulfillments.not_committed(party.book, party.info.id)
    size = max(run.plug.manifest.limits.look_up_batch, 1)
    for start in range(0, len(waiting), size):
        run.renew()
        batch = waiting[start : start + size]
        found = {sighting.key: sighting for sighting in connector.look_up_fulfillments([one for _, one in batch])}
        committed = []
        for row_id, document in batch:
            sighting = found.get(document.key)
            if sighting is not None and sighting.verdict is Verdict.FOUND and sighting.receipt is not None:
                committed += [row_id] if sighting.receipt.committed else []
        fulfillments.committed(party.book, committed, run.now())
