"""Which of our SKUs a cart's code most likely means: what a person is offered, never what is done unasked."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from rapidfuzz import fuzz, process

from tranter.routing.sku_words import NOISE, PACK_WORDS, SAME_WORDS

CANDIDATES = 24
RARE = 60
LEAST = 55.0
SAYS_ENOUGH = 6
TOKEN = re.compile(r"[^\W\d_]+|\d+")


class KnownSku(Struct, frozen=True):
    sku: str
    title: str = ""
    barcode: str = ""


class Suggestion(Struct, frozen=True):
    """`score` is 0 to 100; equal but for case, separators and spelling of sizes or colours is 100."""

    sku: str
    score: float


class Spelling(Struct, frozen=True):
    """One code, seen four ways: without separators, its words sorted, and both without packs and prefixes."""

    squashed: str
    ordered: str
    core: str
    core_ordered: str
    words: frozenset[str]


class SkuIndex(Struct, frozen=True):
    """Made once for all codes of a page."""

    skus: tuple[KnownSku, ...]
    spellings: tuple[Spelling, ...]
    forms: tuple[tuple[str, ...], ...]
    by_word: Mapping[str, tuple[int, ...]]
    by_title_word: Mapping[str, tuple[int, ...]]
    by_barcode: Mapping[str, tuple[int, ...]]


def spell(code: str) -> Spelling:
    words = [_word(found) for found in TOKEN.findall(unicodedata.normalize("NFKC", code).casefold())]
    core = _core(words) or words
    return Spelling(
        squashed="".join(words),
        ordered=" ".join(sorted(words)),
        core="".join(core),
        core_ordered=" ".join(sorted(core)),
        words=frozenset(words),
    )


def _word(text: str) -> str:
    return (text.lstrip("0") or "0") if text.isdigit() else SAME_WORDS.get(text, text)


def _core(words: list[str]) -> list[str]:
    """Without "2 pack", "x 3", "ebay uk": they tell how it is sold, not what it is."""
    kept: list[str] = []
    skip = False
    for position, word in enumerate(words):
        after = words[position + 1] if position + 1 < len(words) else ""
        if skip or word in NOISE or (word.isdigit() and len(word) < 3 and after in PACK_WORDS):
            skip = False
        elif word in PACK_WORDS:
            skip = after.isdigit() and len(after) < 3
        else:
            kept.append(word)
    return kept


def index_skus(known: Iterable[KnownSku | str]) -> SkuIndex:
    skus = tuple(KnownSku(one) if isinstance(one, str) else one for one in known)
    spellings = tuple(spell(one.sku) for one in skus)
    by_word: defaultdict[str, list[int]] = defaultdict(list)
    by_title_word: defaultdict[str, list[int]] = defaultdict(list)
    by_barcode: defaultdict[str, list[int]] = defaultdict(list)
    for position, (one, spelling) in enumerate(zip(skus, spellings, strict=True)):
        for word in spelling.words:
            by_word[word].append(position)
        for word in set(one.title.casefold().split()):
            by_title_word[word].append(position)
        if one.barcode:
            by_barcode[one.barcode].append(position)
    return SkuIndex(
        skus=skus,
        spellings=spellings,
        forms=(
            tuple(one.squashed for one in spellings),
            tuple(one.ordered for one in spellings),
            tuple(one.core for one in spellings),
        ),
        by_word=_frozen(by_word),
        by_title_word=_frozen(by_title_word),
        by_barcode=_frozen(by_barcode),
    )


def _frozen(found: Mapping[str, list[int]]) -> dict[str, tuple[int, ...]]:
    return {word: tuple(positions) for word, positions in found.items()}


def suggest(
    code: str, known: SkuIndex | Iterable[KnownSku | str], limit: int = 5, title: str = "", barcode: str = ""
) -> tuple[Suggestion, ...]:
    """The likeliest first; none that has little in common with the code. A code that is itself known is no question."""
    index = known if isinstance(known, SkuIndex) else index_skus(known)
    spelling = spell(code)
    found = []
    for position in _candidates(spelling, index, title, barcode):
        score = _score(spelling, index.spellings[position])
        score = _with_title(score, title, index.skus[position].title)
        if barcode and index.skus[position].barcode == barcode:
            score = max(score, 99.0)
        if score >= LEAST:
            found.append((score, index.skus[position].sku))
    best: dict[str, float] = {}
    for score, sku in sorted(found, key=lambda one: (-one[0], len(one[1]), one[1])):
        best.setdefault(sku, score)
    return tuple(Suggestion(sku, round(score, 1)) for sku, score in list(best.items())[:limit])


def _candidates(spelling: Spelling, index: SkuIndex, title: str, barcode: str) -> set[int]:
    found: set[int] = set(index.by_barcode.get(barcode, ()))
    if spelling.squashed:
        asked = (spelling.squashed, spelling.ordered, spelling.core)
        for text, choices in zip(asked, index.forms, strict=True):
            matches = process.extract(text, choices, scorer=fuzz.ratio, limit=CANDIDATES, score_cutoff=LEAST)
            found.update(position for _, _, position in matches)
    for words, by_word in (
        (spelling.words, index.by_word),
        (set(title.casefold().split()), index.by_title_word),
    ):
        for positions in (by_word.get(word, ()) for word in words):
            if len(positions) <= RARE:
                found.update(positions)
    return found


def _score(asked: Spelling, known: Spelling) -> float:
    """The best of the four ways of seeing it; ties are broken by all of them."""
    if not asked.squashed:
        return 0.0
    if asked.squashed == known.squashed:
        return 100.0
    ways = (
        fuzz.ratio(asked.squashed, known.squashed),
        fuzz.ratio(asked.ordered, known.ordered) * 0.99,
        fuzz.ratio(asked.core, known.core) * 0.98,
        fuzz.ratio(asked.core_ordered, known.core_ordered) * 0.98,
        fuzz.token_set_ratio(asked.core_ordered, known.core_ordered) * 0.9,
    )
    score = min(max(ways) * 0.97 + sum(ways) / len(ways) * 0.03, 99.0)
    if len(known.squashed) >= SAYS_ENOUGH and known.squashed in asked.squashed:
        return max(score, 92.0 + 7.0 * len(known.squashed) / len(asked.squashed))
    return score


def _with_title(score: float, title: str, known_title: str) -> float:
    """A title that says the same speaks for a code; one that says something else does not speak against it."""
    if not title or not known_title:
        return score
    likeness = fuzz.token_set_ratio(title.casefold(), known_title.casefold())
    if not score:
        return likeness * 0.9
    return max(score, score * 0.7 + likeness * 0.3) if likeness > score else score


NEARLY = 10


def likely(found: Sequence[Suggestion]) -> tuple[Suggestion, ...]:
    """The best one and those that are nearly as good: where one stands out, the others only stand in the way."""
    return tuple(one for one in found[:3] if one.score >= found[0].score - NEARLY)
