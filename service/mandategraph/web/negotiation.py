"""Which form of an answer a client gets: by suffix, by `format=`, by Accept; and in which language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

HTML = "text/html"
TURTLE = "text/turtle"
JSON_LD = "application/ld+json"
N_TRIPLES = "application/n-triples"
N_QUADS = "application/n-quads"
TRIG = "application/trig"
RDF_XML = "application/rdf+xml"
JSON = "application/json"
CSV = "text/csv"
TSV = "text/tab-separated-values"
RESULTS_JSON = "application/sparql-results+json"
RESULTS_XML = "application/sparql-results+xml"
CALENDAR = "text/calendar"

LANGUAGES = ("en", "es", "fr", "pt")
"""The languages of pages, labels and findings; the first is what a reader gets who asks for none of them."""


_MOST_REMEMBERED = 300


@dataclass(frozen=True, slots=True)
class Offer:
    """
    One form in which something can be had.

    `media_type` is what the client asks for and is told; `serves` is what is written, where the two differ
    (`application/json` is served as SPARQL results in JSON); `names` are its suffixes and values of `format=`.
    """

    media_type: str
    names: tuple[str, ...] = ()
    serves: str = ""

    @property
    def written_as(self) -> str:
        """Return the media type of the bytes that are written."""
        return self.serves or self.media_type


@dataclass(frozen=True, slots=True)
class _Range:
    """One media range of an Accept header, with its weight."""

    kind: str
    subtype: str
    parameters: tuple[tuple[str, str], ...]
    weight: float

    def fits(self, media_type: str) -> int:
        """Return how closely the range names a media type: 0 not, 1 as */*, 2 as type/*, 3 or 4 as itself."""
        kind, _, subtype = media_type.partition("/")
        if self.kind == "*":
            return 1
        if self.kind != kind:
            return 0
        if self.subtype == "*":
            return 2
        if self.subtype != subtype:
            return 0
        # We offer no parameters: a range with some still fits, but less closely than the plain type.
        return 3 if self.parameters else 4


_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105  (RFC 9110 calls this a token; it is no secret)
_MEDIA_RANGE = re.compile(rf"\s*({_TOKEN})/({_TOKEN})\s*")
_PARAMETER = re.compile(rf'\s*({_TOKEN})\s*=\s*({_TOKEN}|"(?:[^"\\]|\\.)*")\s*')
_WEIGHT = re.compile(r"(0(\.[0-9]{0,3})?|1(\.0{0,3})?)\Z")


def choose(accept: str | None, offers: Sequence[Offer]) -> Offer | None:
    """
    Return the offer a client likes best, or None if it likes none; the earlier offer wins a tie.

    No header, an empty one, and one with nothing readable in it mean that anything will do. A malformed range among
    good ones is passed over.

    >>> offers = [Offer(HTML, ("html",)), Offer(TURTLE, ("ttl",)), Offer(JSON_LD, ("jsonld",))]
    >>> choose("text/turtle;q=0.5, application/ld+json", offers).media_type
    'application/ld+json'
    >>> choose("text/*, text/html;q=0.2", offers).media_type
    'text/turtle'
    >>> choose("image/png", offers) is None
    True
    """
    accept = accept or ""
    # Clients of one kind all say the same; what is longer comes from elsewhere and would fill the memory.
    return (_remembered if len(accept) <= _MOST_REMEMBERED else _chosen)(accept, tuple(offers))


def _chosen(accept: str, offers: tuple[Offer, ...]) -> Offer | None:
    ranges = _ranges(accept)
    if not ranges:
        return offers[0] if offers else None
    best: Offer | None = None
    best_weight = 0.0
    for offer in offers:
        weight = _weight(ranges, offer.media_type)
        if weight > best_weight:
            best, best_weight = offer, weight
    return best


_remembered = lru_cache(maxsize=256)(_chosen)


def by_name(name: str, offers: Iterable[Offer]) -> Offer | None:
    """
    Return the offer with this suffix, `format=` value or media type.

    >>> by_name("TTL", [Offer(TURTLE, ("ttl", "turtle"))]).media_type
    'text/turtle'
    """
    wanted = name.strip().lower()
    for offer in offers:
        if wanted in offer.names or wanted == offer.media_type:
            return offer
    return None


def split_suffix(path: str, offers: Iterable[Offer]) -> tuple[str, Offer | None]:
    """
    Return a path without the suffix of one of the offers, and that offer.

    A dot that starts no suffix of ours is part of the name.

    >>> split_suffix("oas/ag/res/2016/2881.ttl", [Offer(TURTLE, ("ttl",))])
    ('oas/ag/res/2016/2881', Offer(media_type='text/turtle', names=('ttl',), serves=''))
    >>> split_suffix("oas/agent/suggester-1.0", [Offer(TURTLE, ("ttl",))])
    ('oas/agent/suggester-1.0', None)
    """
    stem, dot, suffix = path.rpartition(".")
    if dot and stem and "/" not in suffix:
        offer = by_name(suffix, offers)
        if offer is not None:
            return stem, offer
    return path, None


def language(asked: str | None, accept_language: str | None, known: Sequence[str] = LANGUAGES) -> str:
    """
    Return the language of an answer: that of the address, else the best of Accept-Language, else the first.

    >>> language(None, "pt-BR,pt;q=0.9,en;q=0.5")
    'pt'
    >>> language("es", "fr")
    'es'
    >>> language(None, "de, *;q=0.1")
    'en'
    """
    if asked:
        wanted = asked.strip().lower().split("-")[0]
        if wanted in known:
            return wanted
    best, best_weight = known[0], 0.0
    for part in accept_language.split(",") if accept_language else ():
        tag, _, rest = part.partition(";")
        primary = tag.strip().lower().split("-")[0]
        weight = _read_weight(rest.partition("=")[2].strip()) if rest else 1.0
        if primary in known and weight > best_weight:
            best, best_weight = primary, weight
    return best


def names_of(offers: Iterable[Offer]) -> str:
    """
    Return the media types on offer as one readable list, each once.

    >>> names_of([Offer(HTML, ("html",)), Offer(TURTLE, ("ttl",))])
    'text/html (html), text/turtle (ttl)'
    """
    written = [f"{offer.media_type} ({offer.names[0]})" if offer.names else offer.media_type for offer in offers]
    return ", ".join(dict.fromkeys(written))


def _weight(ranges: Sequence[_Range], media_type: str) -> float:
    closest, weight = 0, 0.0
    for candidate in ranges:
        fit = candidate.fits(media_type)
        if fit > closest:
            closest, weight = fit, candidate.weight
    return weight


def _ranges(header: str) -> list[_Range]:
    return [found for part in _split_outside_quotes(header, ",") if (found := _read_range(part)) is not None]


def _read_range(text: str) -> _Range | None:
    head, *rest = _split_outside_quotes(text, ";")
    match = _MEDIA_RANGE.fullmatch(head)
    if match is None:
        return None
    kind, subtype = match[1].lower(), match[2].lower()
    if kind == "*" and subtype != "*":
        return None
    weight = 1.0
    parameters: list[tuple[str, str]] = []
    for piece in rest:
        parameter = _PARAMETER.fullmatch(piece)
        if parameter is None:
            continue
        name, value = parameter[1].lower(), parameter[2].strip('"')
        if name == "q":
            weight = _read_weight(value)
            break  # what follows the weight belongs to Accept, not to the media type
        if name != "charset":
            parameters.append((name, value))
    return _Range(kind, subtype, tuple(parameters), weight)


def _read_weight(text: str) -> float:
    # A weight that cannot be read is taken as the least that still accepts.
    return float(text) if _WEIGHT.match(text) else 0.001


def _split_outside_quotes(text: str, separator: str) -> list[str]:
    parts, current, quoted, escaped = [], "", False, False
    for character in text:
        if character == separator and not quoted:
            parts.append(current)
            current = ""
            continue
        if escaped:
            escaped = False
        elif quoted and character == "\\":
            escaped = True
        elif character == '"':
            quoted = not quoted
        current += character
    parts.append(current)
    return parts
