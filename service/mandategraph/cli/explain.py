"""`mandategraph explain`: why something follows, down to the words of the source or the decision of a person."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from typing import Annotated

import typer

from mandategraph.cli.ask import question_texts
from mandategraph.cli.options import JsonFlag, LangOption, StoreOption, open_store, settings_from
from mandategraph.cli.output import print_table, say, write_out
from mandategraph.core.errors import MandateGraphError, UnknownName
from mandategraph.core.labels import literal_text
from mandategraph.core.namespaces import RDF
from mandategraph.core.references import References, folded
from mandategraph.core.terms import Iri, Literal, Term
from mandategraph.reason.axioms import short
from mandategraph.reason.explanation import Triple
from mandategraph.wiring import Installation

AT_ONCE = 20
"""How many conclusions are explained in one go; more are listed."""


def command(
    subject: Annotated[str, typer.Argument(help='What it is concluded of: "AG/RES. 2881, 33", an entry, an IRI.')],
    predicate: Annotated[str | None, typer.Argument(help="The property: relatesTo, mg:begins, “relates to”.")] = None,
    value: Annotated[str | None, typer.Argument(metavar="OBJECT", help="The value, as people write it.")] = None,
    most: Annotated[int, typer.Option("--ways", min=1, max=50, help="How many reasons of each conclusion.")] = 3,
    store: StoreOption = None,
    lang: LangOption = None,
    as_json: JsonFlag = False,
) -> None:
    """
    Tell why something follows: which rule, from what, down to the words of the source or a person's decision.

    With a subject alone, list what is concluded of it. A conclusion that comes about in several ways shows them, or
    says how many there are.
    """
    from mandategraph.cli.reasons import Telling
    from mandategraph.reason.explanation import explain
    from mandategraph.reason.rules import read_rules

    settings = settings_from(store=store, lang=lang)
    with open_store(settings) as here:
        texts = question_texts(here.library)
        references = References(here.store, here.graphs.public(), texts.names, texts.symbols)
        found = named(here, references, subject, predicate, value)
        if predicate is None or len(found) > AT_ONCE:
            _list(here, found, settings.lang, as_json)
            return
        rules = read_rules(here.library.rules(), here.library.ontology())
        explained = [explain(here.store, rules, here.graphs, triple, most) for triple in found]
        telling = Telling.of(here, explained, settings.lang)
    if as_json:
        write_out(json.dumps([telling.record(one) for one in explained], ensure_ascii=False, indent=2) + "\n")
        return
    write_out("\n".join("".join(f"{line}\n" for line in telling.lines(one)) for one in explained))


def named(
    here: Installation, references: References, subject: str, predicate: str | None, value: str | None
) -> list[Triple]:
    """Return what is known with these ends: what is concluded, and where a property is named what is stated too."""
    thing = references.resolve("iri", subject, "subject", "AG/RES. 2881, 33")
    assert isinstance(thing, Iri)  # noqa: S101 - only an address is asked for
    graphs = [here.graphs.inferred] + ([here.graphs.facts] if predicate is not None else [])
    known = [
        Triple(thing, row["p"], row["o"])
        for graph in graphs
        for row in _rows(here, thing, graph)
        if isinstance(row["p"], Iri) and isinstance(row["o"], Iri | Literal)
    ]
    if predicate is not None:
        names = _names(here, {triple.predicate.value for triple in known})
        wanted = [triple for triple in known if folded(predicate) in names[triple.predicate.value]]
        if not wanted:
            there = sorted({re.split("[#/]", name)[-1] for name in names})
            raise UnknownName("property of it", predicate, there, f"It has: {', '.join(there)}.")
        known = wanted
    if value is not None:
        wanted = [triple for triple in known if _is_meant(references, triple.object, value)]
        if not wanted:
            told = here.labels([str(t.object) for t in known if isinstance(t.object, Iri)], "en")
            raise UnknownName("such value", value, [told.get(str(t.object), str(t.object)) for t in known])
        known = wanted
    return known


def _rows(here: Installation, thing: Iri, graph: str) -> Sequence[dict[str, Term]]:
    asked = f"SELECT ?p ?o WHERE {{ GRAPH <{graph}> {{ {thing.sparql()} ?p ?o }} }} ORDER BY ?p ?o"
    return [dict(row) for row in here.store.select(asked, here.graphs.public()).rows]


def _names(here: Installation, predicates: Collection[str]) -> dict[str, set[str]]:
    """Return what each property may be called, folded."""
    found = {}
    labels = [here.labels(sorted(predicates), language) for language in ("en", "es", "fr", "pt")]
    for predicate in predicates:
        names = {predicate, short(predicate), predicate.rsplit("#", 1)[-1].rsplit("/", 1)[-1]}
        names |= {"a"} if predicate == RDF + "type" else set()
        names |= {told[predicate] for told in labels}
        found[predicate] = {folded(name) for name in names}
    return found


def _is_meant(references: References, term: Term, value: str) -> bool:
    if isinstance(term, Literal):
        return value in (term.value, *(literal_text(term, language) for language in ("en", "es", "fr", "pt")))
    if value in (str(term), short(str(term)), str(term).rsplit("#", 1)[-1].rsplit("/", 1)[-1]):
        return True
    try:
        return references.resolve("iri", value, "object", "AG/RES. 2881, 33") == term
    except MandateGraphError:
        return False


def _list(here: Installation, found: Sequence[Triple], language: str, as_json: bool) -> None:
    named = {str(term) for one in found for term in (one.predicate, one.object) if isinstance(term, Iri)}
    labels = here.labels(sorted(named), language)
    if as_json:
        records = [{"predicate": one.predicate.value, "object": str(one.object)} for one in found]
        write_out(json.dumps(records, ensure_ascii=False, indent=2) + "\n")
        return
    rows = [
        [
            one.predicate.value.rsplit("#", 1)[-1],
            literal_text(one.object, language) if isinstance(one.object, Literal) else labels[str(one.object)],
        ]
        for one in found
    ]
    print_table(["property", "value"], rows)
    say(f"{len(found):,} conclusions. Why one holds: mandategraph explain THING PROPERTY [VALUE]")
