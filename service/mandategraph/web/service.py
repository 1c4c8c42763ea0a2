"""What all the pages share: the store behind its port, the shipped files, the labels, the checks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from mandategraph import __version__
from mandategraph.core.answers import Answer, QuestionTexts, answer
from mandategraph.core.errors import StoreUnavailable, UnknownName, WrongValue
from mandategraph.core.findings import Report
from mandategraph.core.graphs import Dataset, Graphs
from mandategraph.core.labels import Label, labels
from mandategraph.core.namespaces import DCTERMS, XSD
from mandategraph.core.ports import GraphStore, Row
from mandategraph.core.questions import Parameter, Question, bind, read_question
from mandategraph.core.references import References
from mandategraph.core.scope import Scope, scope_of
from mandategraph.core.terms import Iri, Literal, Quad, Term
from mandategraph.web.drawing import Drawn, HasLeft, drawn
from mandategraph.web.phrases import Phrases
from mandategraph.web.state import State
from mandategraph.web.streams import Pieces, Streams

if TYPE_CHECKING:
    from mandategraph.checks import Catalogue
    from mandategraph.library import Library
    from mandategraph.wiring import Installation

Values = Mapping[str, Sequence[Iri | Literal]]
_DAY = XSD + "date"


class Cells(dict[str, Term]):
    """A row of an answer in which an unbound variable is None, so that templates may ask for it."""

    def __missing__(self, key: str) -> None:
        return None


@dataclass(frozen=True)
class Block:
    """One list of a named question's answer, as terms."""

    key: str
    title: str
    is_proposals: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Asked:
    """A named question's answer for a page to lay out: its blocks in their order, and where to ask it oneself."""

    name: str
    summary: str
    note: str
    blocks: tuple[Block, ...]

    @property
    def is_known(self) -> bool:
        """Whether there is any row that is not only proposed."""
        return any(block.rows for block in self.blocks if not block.is_proposals)

    def block(self, key: str) -> Block:
        """Return one block; a key that the question does not have is a fault of the page."""
        return next(block for block in self.blocks if block.key == key)


class Service:
    """
    One installation, open, as the pages see it.

    Everything here may be called from several threads at once.
    """

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.store: GraphStore = installation.store
        self.graphs: Graphs = installation.graphs
        self.library: Library = installation.library
        self.readers = installation.readers
        self.writing = installation.writing
        self._state: State | None = None
        limits = self.readers.limits if self.readers is not None else None
        # There is a thread for every query that waits for a reader: which of them runs is for the readers to say.
        self.streams = Streams(limits.most + limits.waiting, 0) if limits else Streams()

    async def begin(
        self, query: str, dataset: Dataset, media_type: str, seconds: float | None, base: str, has_left: HasLeft
    ) -> Pieces | Drawn:
        """
        Return the answer to a query from outside once it has begun; `has_left` says when nobody waits for it.

        It is asked in a reader process, or at the endpoint that the store is (with no base).
        """
        if self.readers is None:
            return await self.streams.open(lambda: self.store.answer(query, dataset, media_type), has_left=has_left)
        return await drawn(self.readers.query(query, dataset, media_type, seconds, base), self.streams, has_left)

    def version_of(self, graph: str | None) -> str:
        """Return the name of the state of a graph that is read from now on; empty where nobody can say."""
        if self.writing is None:
            return ""
        # In this order: what is read may be newer than its name, never older.
        version = self.writing.version(graph or "")
        try:
            self.writing.freshen()
        except StoreUnavailable:
            return ""
        return version

    @property
    def public(self) -> Dataset:
        """What anybody may read."""
        return self.graphs.public()

    @property
    def public_url(self) -> str:
        """The address the operator says this service has; empty where nothing is said."""
        return self.installation.settings.public_url or ""

    @cached_property
    def version(self) -> str:
        """The state of the program: its version and every file that a page is made of."""
        digest = hashlib.sha256(__version__.encode())
        for folder in ("templates", "static", "."):
            for file in sorted(files(__package__).joinpath(folder).iterdir(), key=lambda one: one.name):
                if file.is_file():
                    digest.update(file.read_bytes())
        return digest.hexdigest()[:12]

    @cached_property
    def catalogue(self) -> Catalogue:
        """The shapes, profiles and messages, read once."""
        from mandategraph.checks import Catalogue

        return Catalogue.read(self.library.shapes_folder)

    def rows(self, query: str, values: Values | None = None, proposals: bool = False) -> tuple[Row, ...]:
        """Return the rows of a page's query; `proposals` lets it read the review graph, by name only."""
        text = self._bound(self._page_query(query), values or {}, "en")
        dataset = self.graphs.with_proposals() if proposals else self.public
        return tuple(Cells(row) for row in self.store.select(text, dataset).rows)

    def page_text(self, name: str) -> str:
        """Return a page's query as it is put where it is told no values."""
        return self._bound(self._page_query(name), {}, "en")

    def triples(self, query: str, values: Values) -> list[Quad]:
        """Return the triples of a page's query, each once."""
        text = self._bound(self._page_query(query), values, "en")
        return list(dict.fromkeys(self.store.construct(text, self.public)))

    def question(self, name: str, values: Values, language: str) -> Asked:
        """Return the answer of a named question as terms, block by block."""
        question = read_question(name, self.library.query(name))
        text = self._bound(question, values, language)
        dataset = self.graphs.with_proposals() if question.proposals else self.public
        rows = tuple(Cells(row) for row in self.store.select(text, dataset).rows)
        blocks = [
            Block(b.key, b.titles[language], b.proposals, tuple(row for row in rows if str(row.get("block")) == b.key))
            for b in question.blocks
        ]
        note = question.note.get(language, "")
        return Asked(name, question.summary[language], note, tuple(blocks) or (Block("", "", False, rows),))

    def labels(self, iris: Iterable[str], language: str) -> Mapping[str, Label]:
        """Return the label of each IRI in a language, by one query."""
        known = _labels(self, self.snapshot, language)
        missing = [iri for iri in set(iris) if iri not in known]
        known.update(labels(self.store, self.public, self.texts.labels, missing, language, self.texts.symbols))
        return known

    @cached_property
    def texts(self) -> QuestionTexts:
        """The shipped texts that answering named questions needs."""
        library = self.library
        return QuestionTexts.of(
            {name: library.query(name) for name in library.questions()},
            library.query("pages/names"),
            library.query("pages/labels"),
            library.columns(),
            [library.organisation(key) for key in library.organisations()],
        )

    def answer(self, name: str, values: Mapping[str, str | Sequence[str]], language: str) -> Answer:
        """Return the answer to a named question, with values as people write them."""
        return answer(self.store, self.graphs, self.texts, name, values, language, self.as_of.value)

    def query_text(self, question: Question, given: Mapping[str, Sequence[str]], language: str) -> str:
        """Return the query of a question with these values in it: what one may take elsewhere and run."""
        values = {
            name: [self.resolve(question.parameter(name), text) for text in texts] for name, texts in given.items()
        }
        return self._bound(question, values, language)

    def resolve(self, parameter: Parameter, text: str) -> Iri | Literal:
        """Return the term that a value means, as people write it; UnknownName, AmbiguousName, WrongValue otherwise."""
        return self.references.resolve(parameter.type, text, parameter.name, parameter.example)

    def actor(self, name: str) -> Iri:
        """Return the actor that a name, an abbreviation or an address means."""
        found = self.references.resolve("actor", name, "actor", "PAHO")
        if not isinstance(found, Iri):
            raise WrongValue("actor", name, "an actor", "PAHO")
        return found

    def shape_triples(self) -> tuple[Quad, ...]:
        """Return the shapes of every check as triples."""
        return _shapes(self)

    @property
    def references(self) -> References:
        """The names of everything, as of the present state of the data."""
        return _references(self, self.snapshot)

    def named(self, name: str) -> Question:
        """Return a named question; UnknownName with the nearest ones for another name."""
        if name not in self.question_names():
            raise UnknownName("question", name, self.question_names())
        return read_question(name, self.library.query(name))

    def question_names(self) -> tuple[str, ...]:
        """Return the names of the questions, sorted."""
        return tuple(sorted(self.library.questions()))

    @property
    def themes(self) -> frozenset[Term]:
        """The concepts that stand in a list from which somebody took a theme."""
        return frozenset(row["theme"] for row in self.rows("themes"))

    def known_iris(self) -> list[str]:
        """Return the IRIs in use that have an identifier, to find the nearest to a wrong one."""
        return [str(row["thing"]) for row in self.rows("known")]

    def titles(self, iri: Iri) -> list[Literal]:
        """Return the titles of a thing, in every language."""
        rows = self.rows("thing", {"thing": [iri]})
        named = (
            row["value"] for row in rows if str(row["property"]) == DCTERMS + "title" and str(row["direction"]) == "out"
        )
        return [value for value in named if isinstance(value, Literal)]

    @property
    def triple_count(self) -> int:
        """How many statements anybody may read."""
        return _size(self, self.snapshot)

    def rights(self, language: str) -> str:
        """Return the sentence about the quoted words and whose they are."""
        return Phrases(language)("page.rights", holder=self.installation.settings.rights_holder)

    def report(self, profile: str, language: str, on: date | None = None, engine: str = "compiled") -> Report:
        """Return what a check of the plan finds; a report of the same state of the data is made once."""
        return _report(self, self.snapshot, profile, language, on, engine, self.as_of.value)

    def _page_query(self, name: str) -> Question:
        return read_question(name, self.library.query(f"pages/{name}"))

    def _bound(self, question: Question, values: Values, language: str) -> str:
        reserved: dict[str, Sequence[Iri | Literal]] = {
            "plan": self.scope.things,
            "asOf": [self.as_of],
            "review": [Iri(self.graphs.review)],
            "lang": [Literal(language)],
        }
        given = {**{name: terms for name, terms in reserved.items() if name in question.slots}, **values}
        return bind(question, given)

    @property
    def snapshot(self) -> str:
        """The name of the present state of the data."""
        return self.store.revision

    @property
    def state(self) -> State:
        """The present state of everything but the request that answers depend on."""
        names = self._names()
        state = self._state
        if state is None or state.of != names or (state.day and state.day != _today()):
            day = "" if self.scope.as_of else _today()
            self._state = state = State(self.graphs, names, (self.version, *names, self.as_of.value), day)
        return state

    def _names(self) -> tuple[str, str]:
        # Two stores may call their first states alike. An endpoint tells no more than its size.
        names: tuple[str, str] | None = getattr(self.store, "names", None)
        return names or (self.snapshot, getattr(self.store, "identity", "") or str(self.triple_count))

    @property
    def scope(self) -> Scope:
        """What this service is about: the plan of the settings if it is entered, else the newest, else documents."""
        return _scope(self, self.snapshot)

    @property
    def plan(self) -> Iri | None:
        """The plan this service is about, None where none is entered."""
        return Iri(self.scope.plan) if self.scope.plan else None

    @property
    def as_of(self) -> Literal:
        """The day as of which questions are answered: the plan's own date, today without one."""
        return Literal(self.scope.as_of or _today(), _DAY)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


# What is remembered of one state of the data; the snapshot is its name and part of the key.


@lru_cache(maxsize=8)
def _scope(service: Service, _snapshot: str) -> Scope:
    preferred = service.library.plan(service.installation.settings.plan).iri
    return scope_of(service.store, service.public, preferred)


@lru_cache(maxsize=8)
def _size(service: Service, _snapshot: str) -> int:
    return int(str(service.rows("size")[0]["triples"]))


@lru_cache(maxsize=4)
def _shapes(service: Service) -> tuple[Quad, ...]:
    from mandategraph.stores.embedded import EmbeddedStore

    store = EmbeddedStore.in_memory()
    for file in service.library.shape_files():
        with file.open("rb") as stream:
            store.load(stream, "text/turtle")
    return tuple(store.quads(None))


@lru_cache(maxsize=4)
def _references(service: Service, _snapshot: str) -> References:
    return References(service.store, service.public, service.texts.names, service.texts.symbols)


@lru_cache(maxsize=8)
def _labels(_service: Service, _snapshot: str, _language: str) -> dict[str, Label]:
    return {}


@lru_cache(maxsize=64)
def _report(
    service: Service, _snapshot: str, profile: str, language: str, on: date | None, engine: str, today: str
) -> Report:
    from mandategraph.checks import check

    if not service.scope.things:
        return Report(profile, "", "", "", on, "", language, engine, ())
    here = service.installation
    if engine == "compiled" and (checker := here.checker) is not None:
        from mandategraph.wiring.kept_findings import Checked

        asked = Checked(profile, on, service.scope.plan or None, engine, date.fromisoformat(today))
        return checker.report(asked, language)
    return check(
        service.store,
        here.graphs,
        service.catalogue,
        lambda iris, asked: {iri: label.text for iri, label in service.labels(iris, asked).items() if iri in iris},
        profile=profile,
        on=on,
        plan=service.scope.plan or None,
        language=language,
        engine=engine,
        today=date.fromisoformat(today),
    )
