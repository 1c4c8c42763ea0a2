"""An answer to a named question: blocks of rows whose cells carry label, address and key, ready for any form."""

from __future__ import annotations

import csv
import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from mandategraph.core.dates import LANGUAGES, write_date
from mandategraph.core.errors import BrokenLibrary, WrongUse, WrongValue
from mandategraph.core.graphs import Dataset, Graphs
from mandategraph.core.labels import Label, labels, literal_text
from mandategraph.core.namespaces import XSD
from mandategraph.core.ports import GraphStore, Row
from mandategraph.core.questions import Block, Parameter, Question, QuestionBook, bind
from mandategraph.core.references import References
from mandategraph.core.scope import WITHOUT_PLAN, Scope, reference_date, scope_of
from mandategraph.core.symbols import Symbols
from mandategraph.core.terms import Iri, Literal, Term
from mandategraph.core.withdrawn import withdrawn

NOT_STATED = {"en": "not stated", "es": "no se indica", "fr": "non indiqué", "pt": "não consta"}
NONE = {"en": "none", "es": "no hay", "fr": "néant", "pt": "não há"}
AS_OF = {"en": "As of", "es": "Al", "fr": "Au", "pt": "Em"}
PROPOSED = {
    "en": "proposed, not decided",
    "es": "propuesto, sin decisión",
    "fr": "proposé, non décidé",
    "pt": "proposto, sem decisão",
}


MOST_LABELS = 100_000
"""How many labels are remembered for one state of a store before they are forgotten again."""


@dataclass(frozen=True, slots=True)
class Cell:
    """
    One value of an answer.

    `label` is what a reader sees, `iri` and `key` what it can be asked by, `value` the literal as the graph has it,
    `language` that of the label where it has one. A cell that is not stated has none of `iri` and `value`.
    """

    label: str
    iri: str = ""
    key: str = ""
    value: str = ""
    language: str = ""
    stated: bool = True


@dataclass(frozen=True, slots=True)
class AnswerBlock:
    """One list of an answer; `proposals` marks what a program or person proposes and nobody has decided."""

    key: str
    title: str
    proposals: bool
    columns: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[Mapping[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question was answered: as of which day, with which parameters, in blocks in the order of the question."""

    question: str
    summary: str
    note: str
    as_of: str
    language: str
    parameters: Mapping[str, tuple[Cell, ...]]
    blocks: tuple[AnswerBlock, ...]

    def block(self, key: str) -> AnswerBlock:
        """Return the block of this key."""
        return next(block for block in self.blocks if block.key == key)


@dataclass(frozen=True, eq=False)
class QuestionTexts:
    """The shipped texts that answering needs: the questions, the two queries for names and labels, the headings."""

    book: QuestionBook
    names: str
    labels: str
    headings: Mapping[str, Mapping[str, str]]
    symbols: tuple[Symbols, ...]

    @classmethod
    def of(
        cls,
        questions: Mapping[str, str],
        names: str,
        labels: str,
        columns: str,
        organisations: Iterable[Mapping[str, Any]],
    ) -> QuestionTexts:
        """Return the texts; `columns` is the content of `queries/columns.csv`. BrokenLibrary where it is not whole."""
        symbols = tuple(Symbols.of(organisation) for organisation in organisations)
        return cls(QuestionBook(questions), names, labels, read_headings(columns), symbols)


@lru_cache(maxsize=4)
def read_headings(text: str) -> Mapping[str, Mapping[str, str]]:
    """Return the heading of each column by language, from the content of `queries/columns.csv`."""
    rows = list(csv.DictReader(text.splitlines()))
    for number, row in enumerate(rows, 2):
        if any(not row.get(key) for key in ("column", *LANGUAGES)) or None in row:
            raise BrokenLibrary(
                f"queries/columns.csv, line {number}: a column and its heading in {', '.join(LANGUAGES)}."
            )
    return {row["column"]: {language: row[language] for language in LANGUAGES} for row in rows}


@dataclass
class _Known:
    """What is remembered of one state of a store, so that the second question costs only its query."""

    revision: object
    references: References | None = None
    scope: Scope | None = None
    labels: dict[tuple[str, str, bool], Label] = field(default_factory=dict)


_known: weakref.WeakKeyDictionary[GraphStore, _Known] = weakref.WeakKeyDictionary()


def _remembered(store: GraphStore) -> _Known:
    # A store that does not say when it changed is read anew each time: slower, never wrong.
    revision = getattr(store, "revision", None)
    if revision is None:
        return _Known(None)
    known = _known.get(store)
    if known is None or known.revision != revision:
        known = _known[store] = _Known(revision)
    return known


def answer(
    store: GraphStore,
    graphs: Graphs,
    texts: QuestionTexts,
    name: str,
    values: Mapping[str, str | Sequence[str]],
    language: str = "en",
    today: str = "",
) -> Answer:
    """
    Return the answer to a named question, asked by its name or one of its ids, with values as people write them.

    It is put to the newest plan as of its own reference date; without a plan, to the documents entered, as of `today`.
    Raises UnknownName for a question, parameter or value that is not there, WrongValue for one of the wrong type,
    WrongUse where a needed value is missing. Proposals are read only by questions that show them apart.
    """
    question, preset = texts.book.find(name)
    dataset = graphs.with_proposals() if question.proposals else graphs.public()
    known = _remembered(store)
    # Names of proposals are not asked for by name: the index is that of what anybody may read.
    references = known.references or References(store, graphs.public(), texts.names, texts.symbols)
    known.references = references
    terms = _terms(question, preset, values, references)
    known.scope = known.scope or scope_of(store, graphs.public())
    plan = str(terms["plan"][0]) if terms.get("plan") else known.scope.plan
    if terms.get("asOf"):
        as_of = str(terms["asOf"][0])
    elif plan == known.scope.plan:
        as_of = known.scope.as_of or today
    else:
        as_of = reference_date(store, graphs.public(), plan)
    reserved: dict[str, list[Iri | Literal]] = {
        "plan": [Iri(plan)] if plan else list(known.scope.things),
        "asOf": [Literal(as_of, datatype=XSD + "date")] if as_of else [],
        "review": [Iri(graphs.review)],
        "lang": [Literal(language)],
    }
    bound = {**{key: value for key, value in reserved.items() if key in question.slots}, **terms}
    table = store.select(bind(question, bound), dataset)
    iris = {str(term) for row in table.rows for term in row.values() if isinstance(term, Iri)}
    iris |= {str(term) for given in terms.values() for term in given if isinstance(term, Iri)}
    shown = _labels(store, dataset, texts, iris, language, known, question.proposals)
    note = question.note.get(language, question.note.get("en", ""))
    if "plan" in question.slots and not plan:
        instead = WITHOUT_PLAN.get(language, WITHOUT_PLAN["en"]).format(n=len(known.scope.documents))
        note = f"{note} {instead}".strip()
    note = " ".join([*filter(None, [note]), *_no_more(store, dataset, texts, terms, language)])
    return Answer(
        question=question.name,
        summary=question.summary.get(language, question.summary["en"]),
        note=note,
        as_of=as_of,
        language=language,
        parameters={
            key: tuple(_parameter_cell(question.parameter(key), term, shown, language) for term in given)
            for key, given in terms.items()
        },
        blocks=tuple(_blocks(question, table.variables, table.rows, shown, texts, language)),
    )


def _no_more(
    store: GraphStore,
    dataset: Dataset,
    texts: QuestionTexts,
    terms: Mapping[str, Sequence[Iri | Literal]],
    language: str,
) -> list[str]:
    """What became of the things asked about that were withdrawn, a sentence each."""
    asked = [term.value for given in terms.values() for term in given if isinstance(term, Iri)]
    found = withdrawn(store, dataset, asked) if asked else {}
    named = {one for told in found.values() for one in told.named}
    names = labels(store, dataset, texts.labels, named, language, texts.symbols) if named else {}
    return [told.sentence(language, {iri: label.text for iri, label in names.items()}) for told in found.values()]


def _terms(
    question: Question,
    preset: Mapping[str, Sequence[str]],
    values: Mapping[str, str | Sequence[str]],
    references: References,
) -> dict[str, list[Iri | Literal]]:
    for key in values:
        question.parameter(key)
    wanted = [*question.parameters, *(question.parameter(key) for key in values if key in ("plan", "asOf"))]
    terms: dict[str, list[Iri | Literal]] = {}
    for parameter in {one.name: one for one in wanted}.values():
        given = values.get(parameter.name, preset.get(parameter.name, parameter.default))
        written = [given] if isinstance(given, str) else list(given)
        if not written and parameter.required:
            raise WrongUse(
                f"“{question.name}” needs a value for {parameter.name}. "
                f"For example: {parameter.name}={_quoted(parameter.example)}"
            )
        if len(written) > 1 and not parameter.many:
            raise WrongValue(parameter.name, "; ".join(written), "one value", _quoted(parameter.example))
        terms[parameter.name] = [_resolved(parameter, text, references) for text in written]
    return terms


def _resolved(parameter: Parameter, text: str, references: References) -> Iri | Literal:
    return references.resolve(parameter.type, text, parameter.name, parameter.example)


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _labels(
    store: GraphStore,
    dataset: Dataset,
    texts: QuestionTexts,
    iris: Iterable[str],
    language: str,
    known: _Known,
    proposals: bool,
) -> Mapping[str, Label]:
    wanted = set(iris)
    if len(known.labels) > MOST_LABELS:
        known.labels.clear()
    missing = {iri for iri in wanted if (iri, language, proposals) not in known.labels}
    for iri, label in labels(store, dataset, texts.labels, missing, language, texts.symbols).items():
        known.labels[iri, language, proposals] = label
    return {iri: known.labels[iri, language, proposals] for iri in wanted}


def _cell(term: Term | None, shown: Mapping[str, Label], language: str) -> Cell:
    if term is None:
        return Cell(NOT_STATED.get(language, NOT_STATED["en"]), stated=False)
    if isinstance(term, Literal):
        return Cell(literal_text(term, language), value=term.value, language=term.language)
    if isinstance(term, Iri):
        label = shown[term.value]
        return Cell(label.text, iri=term.value, key=label.key, language=label.language)
    return Cell(str(term))


def _parameter_cell(parameter: Parameter, term: Term, shown: Mapping[str, Label], language: str) -> Cell:
    if parameter.type == "when":
        return Cell(write_date(str(term), language), value=str(term))
    return _cell(term, shown, language)


def _blocks(
    question: Question,
    variables: Sequence[str],
    rows: Sequence[Row],
    shown: Mapping[str, Label],
    texts: QuestionTexts,
    language: str,
) -> Iterable[AnswerBlock]:
    blocks = question.blocks or (Block("answer", question.summary),)
    keys = {block.key for block in blocks}
    of_block: dict[str, list[Row]] = {key: [] for key in keys}
    for row in rows:
        key = str(row.get("block", "")) if question.blocks else "answer"
        if key not in of_block:
            raise BrokenLibrary(
                f"queries/competency/{question.name}.rq: a row of block “{key}”, which is not declared."
            )
        of_block[key].append(row)
    for block in blocks:
        columns = block.columns or tuple(name for name in variables if name != "block" or not question.blocks)
        headings = tuple(_heading(name, texts.headings, language) for name in columns)
        cells = tuple({name: _cell(row.get(name), shown, language) for name in columns} for row in of_block[block.key])
        title = block.titles.get(language, block.titles["en"])
        yield AnswerBlock(block.key, title, block.proposals, columns, headings, cells)


def _heading(name: str, headings: Mapping[str, Mapping[str, str]], language: str) -> str:
    of_column = headings.get(name, {})
    return of_column.get(language) or of_column.get("en") or name


def as_of_line(given: Answer) -> str:
    """Return "As of 20 October 2016" in the answer's language, "" where no day is known."""
    if not given.as_of:
        return ""
    return f"{AS_OF.get(given.language, AS_OF['en'])} {write_date(given.as_of, given.language)}"
