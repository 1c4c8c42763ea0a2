"""How things that people decide on are named in sentences."""

from __future__ import annotations

from collections.abc import Iterable

from mandategraph.core.claims import Claim
from mandategraph.core.minutes import Said, things_named
from mandategraph.wiring import Installation

_LONGEST = 110


def wording(here: Installation, claims: Iterable[Claim], language: str) -> Said:
    """Return what gives the label of each thing that some claims name, and the sentence of each check."""
    told = list(claims)
    labels = {**here.labels(things_named(told), language), **sentences(here, told, language)}
    labels = {name: shortened(text) for name, text in labels.items()}
    return lambda text: labels.get(text, text)


def sentences(here: Installation, claims: Iterable[Claim], language: str) -> dict[str, str]:
    """Return the sentence of each check whose gap some claims accept, by its code."""
    codes = {code for claim in claims if (code := claim.one("gapKind"))}
    if not codes:
        return {}
    from mandategraph.checks import Catalogue

    shapes = Catalogue.read(here.library.shapes_folder).shapes
    return {code: shapes[code].messages[language] for code in codes if code in shapes}


def shortened(label: str) -> str:
    """
    Return a label as a sentence takes it in: without a full stop, and not longer than can be read aloud.

    >>> shortened("V.B.1.a s1: Conduct research.")
    'V.B.1.a s1: Conduct research'
    """
    if len(label) > _LONGEST:
        label = label[:_LONGEST].rpartition(" ")[0].rstrip(" ,;:.…(“") + " …"
    return label.rstrip(".")
