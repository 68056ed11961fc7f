"""Answers that say no: problem+json (RFC 9457), each with a code that docs/errors.md explains."""

from collections.abc import Mapping

import msgspec
from django.http import HttpResponse

CONTENT_TYPE = "application/problem+json"
PAGE = "/api/v1/errors"


class Code(msgspec.Struct, frozen=True):
    """`to_do` is for whoever wrote the program."""

    status: int
    title: str
    cause: str
    to_do: str


CODES: Mapping[str, Code] = {
    "unreadable-body": Code(400, "The body can't be read", "it is no JSON", "send a JSON object in UTF-8"),
    "bad-cursor": Code(
        400,
        "The cursor can't be used",
        "it was changed, or belongs to another list",
        "take `next` as it came, with the same filters; or begin without one",
    ),
    "merchant-needed": Code(
        400, "Whose is it?", "the key reaches several merchants", "name one: `X-Merchant: SLUG`, or its number"
    ),
    "sign-in": Code(
        401,
        "Nobody is signed in",
        "there is no key, or it opens nothing (any more)",
        "`Authorization: Bearer USER.KEY`, or Basic; `tranter api-key create` makes one",
    ),
    "scope": Code(
        403,
        "The key may not do this",
        "it lacks the scope or the level that the operation names",
        "make a key with that scope: read, write, manage",
    ),
    "not-found": Code(
        404,
        "There is nothing here",
        "it does not exist, or is not this key's to see",
        "look at the number and the merchant",
    ),
    "method": Code(405, "Not this way", "the address takes other methods", "the header `Allow` names them"),
    "not-possible": Code(
        409,
        "Not as it stands",
        "the order or connection is in a state that does not allow it",
        "`detail` says what does",
    ),
    "needs-yes": Code(
        409, "It wants a yes", "it moves much, or can't be taken back", "look at the plan, then send `yes`"
    ),
    "sign-in-there": Code(
        409, "The other system wants a sign-in", "its sign-in ran out or was withdrawn", "sign in there again"
    ),
    "under-way": Code(
        409,
        "It is being done",
        "a request with this Idempotency-Key has not come to its end",
        "wait a moment and send it again",
    ),
    "changed": Code(
        412, "It has changed meanwhile", "`If-Match` names an older version", "read it again, and decide anew"
    ),
    "too-large": Code(413, "Too large", "the body is larger than 1 MiB", "send it in parts"),
    "media-type": Code(
        415, "Not this kind of body", "the body is not `application/json`", "say `Content-Type: application/json`"
    ),
    "invalid": Code(
        422, "Something in it can't be used", "a field is missing, unknown or of the wrong kind", "`errors` names each"
    ),
    "refused": Code(422, "It can't be so", "a value is not possible here", "`detail` says which, and what is"),
    "key-reused": Code(
        422,
        "This Idempotency-Key was used for something else",
        "an earlier request with it had another body or address",
        "make a new key for each thing that is to happen",
    ),
    "other-system": Code(
        424,
        "The other system does not answer, or says no",
        "it is down, slow, or refuses the call",
        "`detail` has its words; try again later",
    ),
    "too-many": Code(429, "Too fast", "the key made more calls than it may", "wait as long as `Retry-After` says"),
    "mistake": Code(500, "A mistake of ours", "the program failed", "tell whoever runs the hub; it is in the log"),
    "no-storage": Code(
        503, "The ledger can't be used", "the disk is full, or the file is locked", "try again: work waits meanwhile"
    ),
}


class Problem(Exception):
    """Ends a request with this answer."""

    def __init__(self, code: str, detail: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail, self.headers = code, detail, dict(headers or {})
        self.errors: list[Fault] = []


class Fault(msgspec.Struct, frozen=True):
    """`where` is a path such as `body.ship_to.country`."""

    where: str
    says: str


class ProblemDocument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    errors: list[Fault] = []


def answer(problem: Problem) -> HttpResponse:
    code = CODES[problem.code]
    document = ProblemDocument(
        type=f"{PAGE}#{problem.code}",
        title=code.title,
        status=code.status,
        code=problem.code,
        detail=problem.detail,
        errors=problem.errors,
    )
    response = HttpResponse(msgspec.json.encode(document), status=code.status, content_type=CONTENT_TYPE)
    for name, value in problem.headers.items():
        response.headers[name] = value
    return response
