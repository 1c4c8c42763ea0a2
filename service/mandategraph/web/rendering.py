"""Templates to pages: everything escaped, every IRI with its label, every text in its language."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import lru_cache, partial
from importlib.resources import files
from typing import Any

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from mandategraph import __version__
from mandategraph.core.dates import write_date
from mandategraph.core.labels import Label, literal_text
from mandategraph.core.namespaces import PREFIXES
from mandategraph.core.terms import BlankNode, Iri, Literal, Term
from mandategraph.web.negotiation import LANGUAGES
from mandategraph.web.phrases import LANGUAGE_NAMES, catalogue
from mandategraph.web.problems import Problem
from mandategraph.web.visit import Form, Visit

SECTIONS = (
    ("/", "nav.home"),
    ("/documents", "nav.documents"),
    ("/actors", "nav.actors"),
    ("/calendar", "nav.calendar"),
    ("/themes", "nav.themes"),
    ("/questions", "nav.questions"),
    ("/checks", "nav.checks"),
    ("/sparql", "nav.query"),
)
# A control that turns the direction of the text about it would let one literal rewrite its neighbours.
_BIDI_CONTROLS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"), "\ufffd")


def render(visit: Visit, template: str, context: Mapping[str, Any], forms: Sequence[Form] = ()) -> bytes:
    """
    Return a page.

    Every IRI anywhere in the context has its label fetched first, all with one query; what the templates show of
    literals goes through `text`, which marks its language.
    """
    names = _Names(visit)
    names.fetch(context)
    return (
        environment()
        .get_template(template)
        .render(
            **context,
            visit=visit,
            t=visit.phrases,
            lang=visit.language,
            page=visit.links.page,
            to=visit.links.to,
            about=visit.links.document,
            label=names.label,
            text=partial(_text, visit.language),
            date=partial(_date, visit.language),
            day=lambda edtf: write_date(str(edtf), visit.language),
            languages=LANGUAGE_NAMES,
            sections=SECTIONS,
            forms=forms,
            rights=visit.service.rights(visit.language),
            version=__version__,
            asset=asset,
        )
        .encode()
    )


def render_problem(request: Request, problem: Problem) -> bytes:
    """Return the page that tells a person what went wrong."""
    visit = Visit(request, request.query_params.get("lang"))
    return render(visit, "problem.html", {"problem": problem})


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates; a name that a template does not find is a fault, never a blank."""
    made = Environment(
        loader=PackageLoader("mandategraph.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.tests.update(
        iri=lambda value: isinstance(value, Iri),
        literal=lambda value: isinstance(value, Literal),
        blank=lambda value: isinstance(value, BlankNode),
    )
    return made


@lru_cache(maxsize=16)
def asset(name: str) -> str:
    """Return the name of a file below /static with a mark of its content, so that it may be kept for ever."""
    content = files("mandategraph.web").joinpath("static", name).read_bytes()
    return f"{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


def iris_in(value: Any) -> Iterator[str]:
    """
    Yield every IRI in a nest of lists, mappings and dataclasses.

    >>> sorted(iris_in({"a": [Iri("urn:1"), {"b": (Iri("urn:2"), "text", None)}]}))
    ['urn:1', 'urn:2']
    """
    if isinstance(value, Iri):
        yield value.value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from iris_in(key)
            yield from iris_in(inner)
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from iris_in(inner)
    elif is_dataclass(value) and not isinstance(value, type | Literal | BlankNode):
        for each in fields(value):
            yield from iris_in(getattr(value, each.name))


class _Names:
    """The labels of one page."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._known: dict[str, Label] = {}

    def fetch(self, context: Any) -> None:
        self._known.update(self._visit.service.labels(set(iris_in(context)), self._visit.language))

    def label(self, iri: Iri | str) -> Label:
        name = str(iri)
        if name not in self._known:
            self._known.update(self._visit.service.labels([name], self._visit.language))
        found = self._known[name]
        # A term of another vocabulary has no label in the store: ours, or its short name.
        return self._foreign(name) if found.text in (name, curie(name)) else found

    def _foreign(self, iri: str) -> Label:
        short = curie(iri)
        if f"term.{short}" in catalogue():
            return Label(self._visit.phrases(f"term.{short}"), short)
        return Label(short, short)


def curie(iri: str) -> str:
    """
    Return an IRI by its prefix where we have one for it, else as it is.

    >>> curie("http://purl.org/dc/terms/title"), curie("urn:x")
    ('dcterms:title', 'urn:x')
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and iri != namespace:
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def _text(language: str, term: Term | str, in_language: str = "") -> Markup:
    """Return a text as a reader sees it: isolated, dates written out, its language marked where it is another."""
    if isinstance(term, Literal):
        words, spoken = literal_text(term, language), term.language
    else:
        words, spoken = str(term), in_language
    words = words.translate(_BIDI_CONTROLS)
    if spoken and spoken != language:
        return Markup('<bdi lang="{}">{}</bdi>').format(spoken, words)
    return Markup("<bdi>{}</bdi>").format(words)


def _date(language: str, edtf: Term | str, to_be_determined: bool = False) -> Markup:
    value = str(edtf)
    written = escape(write_date(value, language, to_be_determined))
    # HTML knows months, days and years; an interval is plain text.
    return Markup('<time datetime="{}">{}</time>').format(value, written) if "/" not in value else written


assert set(LANGUAGE_NAMES) == set(LANGUAGES)  # noqa: S101  (a language without a name would break every page)
