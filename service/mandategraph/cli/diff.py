"""`mandategraph diff`: what two exports differ in, in words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from mandategraph.cli.log import decided_claims, is_withdrawal
from mandategraph.cli.options import JsonFlag, LangOption, settings_from
from mandategraph.cli.output import say, write_out
from mandategraph.cli.wording import wording
from mandategraph.core.claims import Claims
from mandategraph.core.minutes import minute
from mandategraph.core.namespaces import RDF
from mandategraph.core.terms import Quad
from mandategraph.settings import Settings
from mandategraph.wiring import Installation, memory_installation

_HEADINGS = {
    "en": ("Decisions only in {b}", "Decisions only in {a}", "Only in {b}", "Only in {a}", "Said otherwise"),
    "es": ("Decisiones solo en {b}", "Decisiones solo en {a}", "Solo en {b}", "Solo en {a}", "Dicho de otro modo"),
    "fr": ("Décisions seulement dans {b}", "Décisions seulement dans {a}", "Seulement dans {b}", "Seulement dans {a}",
           "Dit autrement"),
    "pt": ("Decisões só em {b}", "Decisões só em {a}", "Só em {b}", "Só em {a}", "Dito de outro modo"),
}  # fmt: skip
_NOTHING = {
    "en": "The two say the same.",
    "es": "Los dos dicen lo mismo.",
    "fr": "Les deux disent la même chose.",
    "pt": "Os dois dizem o mesmo.",
}


def command(
    a: Annotated[Path, typer.Argument(metavar="A", help="An export, such as that of last month.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="Another one.")],
    lang: LangOption = None,
    as_json: JsonFlag = False,
) -> None:
    """
    Tell in words what two exports differ in: decisions as minutes, other things by their names.

    What follows by rule is left aside. Exit status 0 where both say the same, 1 where not.
    """
    settings = settings_from(lang=lang)
    with _opened(a, settings) as first, _opened(b, settings) as second:
        before, after = _Side.of(first), _Side.of(second)
        texts = [
            after.minutes(set(after.decided) - set(before.decided), settings.lang),
            before.minutes(set(before.decided) - set(after.decided), settings.lang),
            after.names(set(after.things) - set(before.things), settings.lang),
            before.names(set(before.things) - set(after.things), settings.lang),
            after.names({n for n, said in after.things.items() if before.things.get(n, said) != said}, settings.lang),
        ]
    headings = [one.format(a=a.name, b=b.name) for one in _HEADINGS[settings.lang]]
    keys = ("decisionsOnlyInB", "decisionsOnlyInA", "onlyInB", "onlyInA", "saidOtherwise")
    if as_json:
        write_out(json.dumps(dict(zip(keys, texts, strict=True)), ensure_ascii=False, indent=2) + "\n")
    for heading, lines in zip(headings, texts, strict=True):
        if lines and not as_json:
            write_out(f"{heading} ({len(lines)})\n" + "".join(f"- {line}\n" for line in lines))
    if any(texts):
        raise typer.Exit(1)
    say(_NOTHING[settings.lang])


def _opened(path: Path, settings: Settings) -> Installation:
    from mandategraph.engine.terms import to_quad
    from mandategraph.stores.loading import read_foreign

    here = memory_installation(settings, filled=False)
    here.store.write(map(to_quad, read_foreign([path], here.graphs).quads))
    return here


@dataclass(frozen=True)
class _Side:
    """What one export says: its claims, the decisions among them, and all other things."""

    here: Installation
    claims: Claims
    decided: dict[str, int]
    things: dict[str, frozenset[Quad]]

    @classmethod
    def of(cls, here: Installation) -> _Side:
        claims = Claims.read(here.store, here.graphs)
        decided = {claim.iri: place for place, claim in enumerate(decided_claims(claims))}
        apart = {claim.iri for claim in claims.all if claim.is_decided} | {
            claim.person for claim in claims.all if claim.is_decided
        }
        told: dict[str, set[Quad]] = {}
        for graph in (here.graphs.facts, here.graphs.internal, here.graphs.review):
            for quad in here.store.quads(graph):
                if str(quad.subject) not in apart and str(quad.object) not in apart:
                    told.setdefault(str(quad.subject), set()).add(quad)
        return cls(here, claims, decided, {name: frozenset(quads) for name, quads in told.items()})

    def minutes(self, iris: Iterable[str], language: str) -> list[str]:
        wanted = sorted(iris, key=lambda iri: self.decided[iri])
        found = [claim for iri in wanted if (claim := self.claims.get(iri))]
        said = wording(self.here, found, language)
        return [minute(claim, said, language, is_withdrawal(self.claims, claim)) for claim in found]

    def names(self, iris: Iterable[str], language: str) -> list[str]:
        # Spans and their selectors are told with the thing whose words they are.
        wanted = sorted(iri for iri in iris if "/span/" not in iri)
        classes = {
            iri: str(quad.object) for iri in wanted for quad in self.things[iri] if str(quad.predicate) == RDF + "type"
        }
        labels = self.here.labels([*wanted, *classes.values()], language)
        return [
            f"{labels.get(iri, iri)}" + (f" ({labels.get(classes[iri], classes[iri])})" if iri in classes else "")
            for iri in wanted
        ]
