"""What happened to an order, in sentences; every try apart, for whoever wants to know."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import Struct
from msgspec.structs import replace

from tranter.ledger.order_page import Event, Record, SheetParcel, Try


class Entry(Struct, frozen=True, kw_only=True):
    """`tone` is wait, bad, plain or nothing."""

    at: datetime
    text: str
    tone: str = ""
    detail: str = ""


class Names(Struct, frozen=True, kw_only=True):
    """What people call the two sides and one another. `of` are labels by the connection's name."""

    cart: str
    warehouse: str
    of: Mapping[str, str]
    people: Mapping[str, str]

    def label(self, connection: str) -> str:
        return self.of.get(connection, connection)

    def who(self, actor: str) -> str:
        return self.people.get(actor, _("Somebody"))


def timeline(record: Record, parcels: Sequence[SheetParcel], names: Names) -> list[Entry]:
    """The oldest first."""
    events = list(_without_echo(record.events))
    before = _of_events([event for event in events if event.word not in CAME_OF_IT], names)
    after = _of_events([event for event in events if event.word in CAME_OF_IT], names)
    left = [_parcel(parcel) for parcel in parcels if parcel.state == "shipped"]
    tried = [entry for verb in _verbs(record.tries) for entry in _of_tries(verb, names)]
    return sorted([*before, *left, *tried, *after], key=lambda entry: entry.at)


def _of_events(events: Sequence[Event], names: Names) -> list[Entry]:
    return [entry for event in events if (entry := _of_event(event, names)) is not None]


CAME_OF_IT = {"order_at_warehouse", "tracking_confirmed", "order_canceled"}
"""Of a try of the same moment."""


def _without_echo(events: Sequence[Event]) -> Iterator[Event]:
    """A hold opens an exception with the same words: one of the two is enough."""
    held = {(event.at, event.detail.get("cause")) for event in events if event.word == "order_held"}
    for event in events:
        if event.word == "exception_opened" and (event.at, event.detail.get("cause")) in held:
            continue
        yield event


Sentence = Callable[[Event, Names], Entry]


def _of_event(event: Event, names: Names) -> Entry | None:
    sentence = SENTENCES.get(event.word)
    return sentence(event, names) if sentence is not None else None


def _plain(event: Event, text: str, tone: str = "", detail: str = "") -> Entry:
    return Entry(at=event.at, text=text, tone=tone, detail=detail)


def _said(event: Event, key: str) -> str:
    value = event.detail.get(key)
    return str(value) if value not in (None, "", False) else ""


def _by(event: Event, names: Names, sentence: str) -> Entry:
    return _plain(event, sentence % {"who": names.who(event.actor)}, "plain", _said(event, "reason"))


def _changed(state: str) -> str:
    match state:
        case "shipped":
            return _("%(name)s counts it as sent")
        case "canceled":
            return _("%(name)s cancelled it")
        case "cancel_requested":
            return _("The buyer asks %(name)s to cancel it")
        case _:
            return _("%(name)s changed it")


SENTENCES: Mapping[str, Sentence] = {
    "order_taken": lambda e, n: _plain(e, _("Taken from %(name)s") % {"name": n.cart}),
    "order_adapted": lambda e, n: _plain(e, _("Adapted to be readable"), "plain", _said(e, "how")),
    "order_changed_at_cart": lambda e, n: _plain(e, _changed(_said(e, "state")) % {"name": n.cart}, "plain"),
    "order_held": lambda e, n: _plain(e, _("It can't go as it is"), "bad", _said(e, "cause")),
    "order_skipped": lambda e, n: _plain(e, _("Not taken"), "plain", _said(e, "reason")),
    "order_waits": lambda e, n: _plain(e, _("It waits"), "wait", _said(e, "reason")),
    "order_canceled": lambda e, n: _plain(e, _("Cancelled"), "plain", _said(e, "reason")),
    "rules_applied": lambda e, n: _plain(
        e,
        _("Your rules looked at it") if _said(e, "rules") else _("No rule changes it any more"),
        "plain",
        _said(e, "rules"),
    ),
    "fulfillment_planned": lambda e, n: _plain(
        e, _("Ready to be sent to %(name)s") % {"name": n.warehouse}, detail=_said(e, "notes")
    ),
    "order_at_warehouse": lambda e, n: _plain(
        e, _("%(name)s has it") % {"name": n.warehouse}, detail=_said(e, "notes")
    ),
    "intent_canceled": lambda e, n: _plain(e, _("What had not left was taken back"), "plain"),
    "cancellation_asked": lambda e, n: _plain(
        e, _("%(name)s is asked to stop it") % {"name": n.warehouse}, "wait", _said(e, "reason")
    ),
    "cart_cancellation_asked": lambda e, n: _plain(
        e, _("%(name)s is asked to cancel it") % {"name": n.cart}, "wait", _said(e, "reason")
    ),
    "parcel_packed": lambda e, n: _plain(e, _("A parcel is packed")),
    "parcel_void": lambda e, n: _plain(e, _("A parcel was taken back at the warehouse"), "plain"),
    "return_returning": lambda e, n: _plain(e, _("The buyer sends goods back to %(name)s") % {"name": n.warehouse}),
    "return_received": lambda e, n: _plain(
        e, _("%(name)s has goods back") % {"name": n.warehouse}, detail=_("The hub changes no stock for it.")
    ),
    "return_void": lambda e, n: _plain(e, _("A return was given up at the warehouse"), "plain"),
    "tracking_confirmed": lambda e, n: _plain(e, _("%(name)s knows the tracking number") % {"name": n.cart}),
    "exception_opened": lambda e, n: _plain(e, _("It needs a person"), "bad", _said(e, "cause")),
    "exception_resolved": lambda e, n: _plain(e, _("What was wrong is cured"), "plain"),
    "hold_wished": lambda e, n: _by(e, n, _("%(who)s holds it")),
    "cancel_wished": lambda e, n: _by(e, n, _("%(who)s stopped it")),
    "orders_combined": lambda e, n: _plain(
        e, _("%(who)s put it together with others") % {"who": n.who(e.actor)}, "plain", _said(e, "orders")
    ),
    "orders_parted": lambda e, n: _by(e, n, _("%(who)s took it out of its delivery")),
    "replace_wished": lambda e, n: _by(e, n, _("%(who)s wants it stopped and sent changed")),
    "change_accepted": lambda e, n: _by(e, n, _("%(who)s told the warehouse of the change")),
    "change_ignored": lambda e, n: _by(e, n, _("%(who)s ignored the change")),
    "order_released": lambda e, n: _by(e, n, _("%(who)s let it go")),
    "order_retried": lambda e, n: _by(e, n, _("%(who)s tried it again")),
    "order_sent_again": lambda e, n: _by(e, n, _("%(who)s had it sent again")),
    "order_sent_anyway": lambda e, n: _by(e, n, _("%(who)s had it sent anyway")),
    "order_corrected": lambda e, n: _by(e, n, _("%(who)s corrected it")),
}


def _parcel(parcel: SheetParcel) -> Entry:
    return Entry(
        at=parcel.shipped_at,
        text=_("A parcel left with %(carrier)s") % {"carrier": parcel.carrier or _("an unnamed carrier")},
        detail=parcel.tracking_number,
    )


def _verbs(tries: Sequence[Try]) -> list[list[Try]]:
    found: dict[tuple[str, str], list[Try]] = {}
    for one in tries:
        found.setdefault((one.verb, one.connection), []).append(one)
    return list(found.values())


def _of_tries(tries: Sequence[Try], names: Names) -> list[Entry]:
    """What went wrong on the way, and how it was settled; that it went well is said by what came of it."""
    name, again = names.label(tries[0].connection), 0
    entries: list[Entry] = []
    lost = absent = False
    for one in tries:
        again = again + 1 if one.outcome == "again" else 0
        if again > 1:
            entries[-1] = replace(entries[-1], text=_unreached(name, again))
            continue
        entry = _of_try(one, name, (lost, absent))
        if entry is not None:
            entries.append(entry)
        lost = lost or one.outcome == "unknown"
        absent = one.outcome == "absent"
    return entries


def _of_try(one: Try, name: str, before: tuple[bool, bool]) -> Entry | None:
    lost, absent = before
    match (one.outcome, one.looked):
        case ("unknown", _):
            text = _("Another reply of %(name)s was lost") if lost else _("The first reply of %(name)s was lost")
            said = _("It may have arrived all the same, but it is never carried out twice.")
            return Entry(at=one.at, text=text % {"name": name}, tone="wait", detail=said)
        case ("again", _):
            return Entry(at=one.at, text=_unreached(name, 1), tone="wait", detail=one.note)
        case ("absent", _):
            text = _("We looked once more: it is not there, so it is sent again") if absent else _not_there(lost)
            return Entry(at=one.at, text=text, tone="plain")
        case ("done", True):
            return Entry(at=one.at, text=_("We looked: it had arrived"))
        case ("done", False) if lost:
            return Entry(at=one.at, text=_("Sent again, and this time %(name)s answered") % {"name": name})
        case ("rejected", True):
            text = _("We looked, and can't tell whether what is there is this order")
            return Entry(at=one.at, text=text, tone="bad", detail=one.note)
        case ("rejected", _):
            return Entry(at=one.at, text=_("%(name)s refused it") % {"name": name}, tone="bad", detail=one.note)
    return None


def _not_there(lost: bool) -> str:
    return _("We looked: it was not there") if lost else _("We looked first: it was not there yet")


def _unreached(name: str, times: int) -> str:
    text = ngettext(
        "%(name)s was not reached; it is tried again",
        "%(name)s was not reached %(times)s times; it is tried again",
        times,
    )
    return text % {"name": name, "times": times}


class Technical(Struct, frozen=True, kw_only=True):
    """One try, as it was made."""

    at: datetime
    what: str
    outcome: str
    note: str
    calls: tuple[str, ...]


def technical(record: Record) -> list[Technical]:
    """The newest first."""
    return [
        Technical(
            at=one.at,
            what=_technical_name(one),
            outcome=one.outcome,
            note=one.note,
            calls=tuple(_call(call) for call in one.calls),
        )
        for one in reversed(record.tries)
    ]


def _technical_name(one: Try) -> str:
    things = {
        "push_fulfillment": _("Delivery to %(name)s"),
        "push_shipment": _("Tracking number to %(name)s"),
        "push_cancellation": _("Stop at %(name)s"),
    }
    name = {"name": one.connection}
    return _("Look-up at %(name)s") % name if one.looked else things[one.verb] % name


def _call(call: Mapping[str, str | int | float]) -> str:
    parts = [f"{call.get('method')} {call.get('path')} → {call.get('status') or call.get('trouble') or '?'}"]
    parts += [f"{call['seconds']} s"] if call.get("seconds") is not None else []
    parts += [f"request {call['request_id']}"] if call.get("request_id") else []
    return " · ".join(parts)
