"""Why a conclusion holds, told in words: the rule, what it came from, and where that stands or who decided it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mandategraph.checks.places import Place, places
from mandategraph.core.labels import literal_text, shortened
from mandategraph.core.namespaces import MG, RDF
from mandategraph.core.terms import Iri, Literal, Term, values_block
from mandategraph.reason.explanation import Explained, Reason, Triple
from mandategraph.wiring import Installation

_PHRASES = {
    "en": {
        "because": "because",
        "stated": "stated",
        "line": "line",
        "lines": "lines",
        "decided": "decided by {who}, {day}",
        "basis": "basis",
        "entered": "entered by hand; no words of a text are given for it",
        "named": "entered by hand; named in",
        "more": "and {n} more ways in which it follows",
        "ways": "it follows in {n} ways",
        "type": "is a",
    },
    "es": {
        "because": "porque",
        "stated": "consta",
        "line": "línea",
        "lines": "líneas",
        "decided": "decidido por {who}, {day}",
        "basis": "fundamento",
        "entered": "introducido a mano; no se dan palabras de un texto",
        "named": "introducido a mano; se nombra en",
        "more": "y otras {n} formas en que se sigue",
        "ways": "se sigue de {n} formas",
        "type": "es",
    },
    "fr": {
        "because": "parce que",
        "stated": "énoncé",
        "line": "ligne",
        "lines": "lignes",
        "decided": "décidé par {who}, {day}",
        "basis": "fondement",
        "entered": "saisi à la main ; aucun texte n’en donne les mots",
        "named": "saisi à la main ; nommé dans",
        "more": "et {n} autres façons dont cela découle",
        "ways": "cela découle de {n} façons",
        "type": "est",
    },
    "pt": {
        "because": "porque",
        "stated": "consta",
        "line": "linha",
        "lines": "linhas",
        "decided": "decidido por {who}, {day}",
        "basis": "fundamento",
        "entered": "inserido à mão; não há palavras de um texto para isso",
        "named": "inserido à mão; nomeado em",
        "more": "e mais {n} modos em que se segue",
        "ways": "segue-se de {n} modos",
        "type": "é",
    },
}


@dataclass(frozen=True)
class Source:
    """
    What a stated triple rests on: words of a text, or the decision of a person, or neither.

    Where it was entered by hand without either, the words are those by which the text names what it speaks of.
    """

    place: Place | None = None
    is_named_only: bool = False
    document: str = ""
    person: str = ""
    day: Literal | None = None
    note: str = ""


@dataclass(frozen=True)
class Telling:
    """Tells explanations in one language, with the labels and sources of all that they speak of."""

    language: str
    labels: Mapping[str, str]
    sources: Mapping[Triple, Source]

    @classmethod
    def of(cls, here: Installation, found: Sequence[Explained], language: str) -> Telling:
        """Gather labels and sources for some explanations, by a few queries."""
        sources = _sources(here, [triple for one in found for triple in one.grounds()])
        named = {str(term) for one in found for triple in _triples(one) for term in _terms(triple)}
        named |= {iri for source in sources.values() for iri in (source.document, source.person) if iri}
        return cls(language, here.labels(sorted(named), language), sources)

    def lines(self, one: Explained) -> Iterator[str]:
        """Yield an explanation as indented lines."""
        yield self.sentence(one.triple)
        yield from self._below(one, "  ")

    def sentence(self, triple: Triple) -> str:
        """Return a triple in words."""
        name = self._say("type") if triple.predicate.value == RDF + "type" else self._name(triple.predicate)
        return f"{shortened(self._name(triple.subject))} — {name} — {shortened(self._name(triple.object))}"

    def record(self, one: Explained) -> dict[str, Any]:
        """Return an explanation for programs."""
        triple = one.triple
        told: dict[str, Any] = {
            "subject": triple.subject.value,
            "predicate": triple.predicate.value,
            "object": str(triple.object),
            "sentence": self.sentence(triple),
            "stated": one.stated,
        }
        if one.stated:
            source = self.sources.get(triple, Source())
            if source.place is not None:
                told["words" if not source.is_named_only else "named"] = source.place.words
                told["lines"] = list(source.place.lines)
                told["document"] = source.document
            if source.person:
                told["decided_by"] = self._named(source.person)
                told["decided_on"] = str(source.day or "")
            if source.note:
                told["note"] = source.note
            return told
        told["ways"] = one.ways
        told["reasons"] = [
            {
                "rule": reason.rule.name,
                "says": reason.rule.summary.get(self.language, reason.rule.summary["en"]),
                "premises": [self.record(premise) for premise in reason.premises],
            }
            for reason in one.reasons
        ]
        return told

    def _below(self, one: Explained, indent: str) -> Iterator[str]:
        if one.stated:
            yield from (f"{indent}{line}" for line in self._source(self.sources.get(one.triple, Source())))
        for reason in one.reasons:
            yield from self._reason(reason, indent)
        untold = one.ways - len(one.reasons)
        if untold > 0:
            yield f"{indent}{self._say('more').format(n=untold)}"

    def _reason(self, reason: Reason, indent: str) -> Iterator[str]:
        says = reason.rule.summary.get(self.language, reason.rule.summary["en"])
        yield f"{indent}{self._say('because')}: {says} [{reason.rule.name}]"
        for number, premise in enumerate(reason.premises):
            yield f"{indent}  {self.sentence(premise.triple)}"
            following = reason.premises[number + 1 : number + 2]
            # Words that several triples in a row rest on are told once, after the last of them.
            if premise.stated and any(self._same_source(premise, other) for other in following):
                continue
            yield from self._below(premise, f"{indent}    ")

    def _same_source(self, one: Explained, other: Explained) -> bool:
        return other.stated and self.sources.get(one.triple) == self.sources.get(other.triple)

    def _source(self, source: Source) -> Iterator[str]:
        if source.place is not None:
            lines = ", ".join(map(str, source.place.lines))
            word = self._say("line" if len(source.place.lines) == 1 else "lines")
            where = f"{self._named(source.document)}, " if source.document else ""
            by_hand = f"{self._say('named')} " if source.is_named_only else ""
            words = shortened(source.place.words)
            yield f"{self._say('stated')}: {by_hand}{where}{word} {lines}: “{words}”"
        if source.person:
            day = literal_text(source.day, self.language) if source.day else ""
            note = f": {source.note}" if source.note else ""
            yield self._say("decided").format(who=self._named(source.person), day=day) + note
        elif source.note:
            yield f"{self._say('basis')}: {source.note}"
        if source.place is None and not source.person:
            yield f"{self._say('stated')}: {self._say('entered')}"

    def _name(self, term: Term) -> str:
        return literal_text(term, self.language) if isinstance(term, Literal) else self._named(str(term))

    def _named(self, iri: str) -> str:
        return self.labels.get(iri, iri)

    def _say(self, phrase: str) -> str:
        return _PHRASES.get(self.language, _PHRASES["en"])[phrase]


def _triples(one: Explained) -> Iterator[Triple]:
    yield one.triple
    for reason in one.reasons:
        for premise in reason.premises:
            yield from _triples(premise)


def _terms(triple: Triple) -> Iterator[Iri]:
    yield from (term for term in (triple.subject, triple.predicate, triple.object) if isinstance(term, Iri))


def _sources(here: Installation, stated: Sequence[Triple]) -> dict[Triple, Source]:
    dataset = here.graphs.public()
    if not stated:
        return {}
    subjects = sorted({triple.subject for triple in stated})
    objects = {triple.object for triple in stated if isinstance(triple.object, Iri)}
    about = _spoken_of(here, subjects)
    things = {str(term) for term in (*subjects, *objects, *about.values())}
    found = places(here.store, dataset, sorted(things))
    named = _names(here, things - found.keys())
    texts = sorted({place.source for place in (*found.values(), *named.values()) if place.source})
    documents: dict[str, str] = {}
    if texts:
        block = values_block(["text"], [(Iri(text),) for text in texts])
        asked = f"SELECT ?text ?document WHERE {{ {block} ?text <{MG}textOf> ?document }}"
        documents = {str(row["text"]): str(row["document"]) for row in here.store.select(asked, dataset).rows}
    decided = _decisions(here, subjects)
    sources = {}
    for triple in stated:
        who = decided.get(triple.subject, Source())
        # What a person decided rests on the decision; else the words of what the triple speaks of, from its subject on.
        spoken = (triple.subject, about.get(triple.subject), triple.object)
        place = None if who.person else next((found[str(one)] for one in spoken if str(one) in found), None)
        is_named_only = place is None and not who.person
        if is_named_only:
            place = next((named[str(one)] for one in spoken if str(one) in named), None)
        document = documents.get(place.source, "") if place is not None else ""
        sources[triple] = Source(place, is_named_only, document, who.person, who.day, who.note)
    return sources


def _names(here: Installation, things: Collection[str]) -> dict[str, Place]:
    """Return where a text names or cites things for the first time."""
    if not things:
        return {}
    block = values_block(["thing"], [(Iri(thing),) for thing in sorted(things)])
    reach = f"^<{MG}nameOf>/<{MG}firstUse>|^<{MG}refersTo>/<{MG}textSpan>"
    asked = f"SELECT DISTINCT ?thing ?span WHERE {{ {block} ?thing {reach} ?span }}"
    spans: dict[str, list[str]] = {}
    for row in here.store.select(asked, here.graphs.public()).rows:
        spans.setdefault(str(row["thing"]), []).append(str(row["span"]))
    found = places(here.store, here.graphs.public(), sorted({span for some in spans.values() for span in some}))
    first = {thing: [found[span] for span in some if span in found] for thing, some in spans.items()}
    return {thing: min(some, key=lambda place: (place.start, place.words)) for thing, some in first.items() if some}


def _decisions(here: Installation, things: Sequence[Iri]) -> dict[Iri, Source]:
    block = values_block(["thing"], [(thing,) for thing in things])
    asked = f"""SELECT ?thing ?who ?day ?note ?basis WHERE {{ {block}
        OPTIONAL {{ ?thing <{MG}decidedBy> ?who . OPTIONAL {{ ?thing <{MG}decidedOn> ?day }} }}
        OPTIONAL {{ ?thing <{MG}decisionNote> ?note }} OPTIONAL {{ ?thing <{MG}basis> ?basis }} }}"""
    found = {}
    for row in here.store.select(asked, here.graphs.public()).rows:
        thing, day = row["thing"], row.get("day")
        note = row.get("note") or row.get("basis") or ""
        if isinstance(thing, Iri) and ("who" in row or note):
            who = str(row.get("who", ""))
            found[thing] = Source(None, False, "", who, day if isinstance(day, Literal) else None, str(note))
    return found


def _spoken_of(here: Installation, things: Sequence[Iri]) -> dict[Iri, Iri]:
    """Return what a record without words of its own speaks of, or what it says that it rests on."""
    block = values_block(["thing"], [(thing,) for thing in things])
    asked = f"SELECT ?thing ?other WHERE {{ {block} ?thing <{MG}restsOn>|<{MG}about> ?other }} ORDER BY ?thing ?other"
    found: dict[Iri, Iri] = {}
    for row in here.store.select(asked, here.graphs.public()).rows:
        thing, other = row["thing"], row["other"]
        if isinstance(thing, Iri) and isinstance(other, Iri):
            found.setdefault(thing, other)
    return found
