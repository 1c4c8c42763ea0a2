"""
The named questions: SPARQL files with a header that says what they ask, of whom, in four languages.

A question's parameters enter as the content of its `VALUES ?parameter { … }` blocks, written by the serialiser of
`core/terms.py`; the file is never filled in as text, and runs as it is in any SPARQL tool.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from mandategraph.core.dates import LANGUAGES
from mandategraph.core.errors import BrokenLibrary, UnknownName, WrongUse
from mandategraph.core.scanner import tokens
from mandategraph.core.terms import Iri, Literal

TYPES = (
    "document", "provision", "statement", "task", "actor", "activity", "theme", "plan", "fund", "session", "series",
    "status", "iri", "date", "when", "text", "integer",
)  # fmt: skip
RESERVED: Mapping[str, str] = {"plan": "plan", "asOf": "date", "review": "iri", "lang": "text"}
"""Variables that every question may use without declaring them, and their types."""

_HEADER_KEYS = {"id", "ids", "name", "summary", "why", "note", "parameters", "blocks", "proposals"}
_PARAMETER_KEYS = {"type", "example", "default", "required", "many", "label"}


@dataclass(frozen=True)
class Parameter:
    """What a question wants to be told: a name, the type of its value, an example, and what it takes if not told."""

    name: str
    type: str
    example: str
    default: tuple[str, ...] = ()
    required: bool = True
    many: bool = False


@dataclass(frozen=True)
class Block:
    """One list of an answer: its key, its title by language, the columns it shows (none: all), and whether proposed."""

    key: str
    titles: Mapping[str, str]
    columns: tuple[str, ...] = ()
    proposals: bool = False


@dataclass(frozen=True)
class Question:
    """A named question as its file has it."""

    name: str
    ids: Mapping[str, Mapping[str, tuple[str, ...]]]
    summary: Mapping[str, str]
    note: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    blocks: tuple[Block, ...]
    proposals: bool
    text: str
    slots: Mapping[str, tuple[tuple[int, int], ...]] = field(repr=False)

    def parameter(self, name: str) -> Parameter:
        """Return the parameter of this name, declared or reserved; UnknownName with the nearest ones otherwise."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        if name in ("plan", "asOf") and name in self.slots:
            example = "cam" if name == "plan" else "2016-12-31"
            return Parameter(name, RESERVED[name], example, required=False)
        known = [parameter.name for parameter in self.parameters]
        hint = f"The question “{self.name}” takes: {', '.join(known)}." if known else f"“{self.name}” takes none."
        raise UnknownName("parameter", name, known, hint)


def header_of(text: str) -> str:
    """
    Return the header of a query file, without its `#+` marks.

    >>> header_of("#+ name: a\\n#+ summary:\\n#+   en: What?\\nSELECT * {}")
    'name: a\\nsummary:\\n  en: What?'
    """
    return "\n".join(line[3:] if line[2:3] == " " else line[2:] for line in text.splitlines() if line.startswith("#+"))


@lru_cache(maxsize=512)
def read_question(name: str, text: str) -> Question:
    """
    Return the question that a file holds; BrokenLibrary, naming the file, where its header does not fit its query.

    >>> text = '''#+ name: letters
    ... #+ summary: {en: Which letters?, es: ¿Qué letras?, fr: Quelles lettres ?, pt: Que letras?}
    ... #+ parameters:
    ... #+   paragraph: {type: provision, example: "2881, 33"}
    ... SELECT ?item WHERE { VALUES ?paragraph { <urn:x> } ?item <urn:partOf> ?paragraph }'''
    >>> question = read_question("letters", text)
    >>> question.parameters
    (Parameter(name='paragraph', type='provision', example='2881, 33', default=(), required=True, many=False),)
    >>> bind(question, {"paragraph": [Iri("urn:33")]}).splitlines()[-1]
    'SELECT ?item WHERE { VALUES ?paragraph { <urn:33> } ?item <urn:partOf> ?paragraph }'
    """
    import yaml  # here, not above: 20 ms that no other command needs to pay

    file = f"queries/competency/{name}.rq"
    try:
        # The safe loader in C is ten times faster, where the machine has it.
        header = yaml.load(header_of(text), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except yaml.YAMLError as problem:
        raise BrokenLibrary(f"{file}: the header is not YAML: {problem}") from problem
    if not isinstance(header, dict):
        raise BrokenLibrary(f"{file}: there is no header; every question starts with lines “#+ key: value”.")
    _refuse_unknown(file, "header", header, _HEADER_KEYS)
    if header.get("name") != name:
        raise BrokenLibrary(f"{file}: the header says name “{header.get('name')}”; it must be the file's own.")
    slots = _slots(file, text)
    parameters = tuple(_parameter(file, str(key), row) for key, row in _table(file, header, "parameters").items())
    for parameter in parameters:
        if parameter.name not in slots:
            wanted = f"VALUES ?{parameter.name} {{ … }}"
            raise BrokenLibrary(f"{file}: the parameter “{parameter.name}” is declared, but there is no {wanted}.")
    blocks = tuple(_block(file, str(key), row) for key, row in _table(file, header, "blocks").items())
    proposals = bool(header.get("proposals", False))
    if proposals != any(block.proposals for block in blocks):
        raise BrokenLibrary(
            f"{file}: a question that reads proposals says “proposals: true” and shows them in a block of their own, "
            "marked “proposals: true” or with a key that contains “propos”."
        )
    return Question(
        name=name,
        ids=_ids(file, header, {parameter.name for parameter in parameters}),
        summary=_four_languages(file, "summary", header.get("summary")),
        note=_four_languages(file, "note", header["note"]) if "note" in header else {},
        parameters=parameters,
        blocks=blocks,
        proposals=proposals,
        text=text,
        slots=slots,
    )


def bind(question: Question, values: Mapping[str, Sequence[Iri | Literal]]) -> str:
    """
    Return the query with the content of its VALUES blocks replaced; an empty sequence writes UNDEF: no restriction.

    Raises UnknownName for a value that the query has no block for.
    """
    replacements: list[tuple[int, int, str]] = []
    for name, terms in values.items():
        if name not in question.slots:
            raise UnknownName("parameter", name, question.slots)
        content = " ".join(term.sparql() for term in terms) or "UNDEF"
        replacements += [(start, end, f" {content} ") for start, end in question.slots[name]]
    text = question.text
    for start, end, content in sorted(replacements, reverse=True):
        text = text[:start] + content + text[end:]
    return text


@dataclass(frozen=True)
class QuestionBook:
    """
    All the named questions of a library, by name and by id; a file is read when it is asked for.

    Every file's own id may also be asked for: `find("CQ11")` gives the question and what that id fills in.
    """

    texts: Mapping[str, str]

    def names(self) -> tuple[str, ...]:
        """Return the names, sorted."""
        return tuple(sorted(self.texts))

    def questions(self) -> Iterator[Question]:
        """Yield every question, by name."""
        for name in self.names():
            yield read_question(name, self.texts[name])

    def find(self, name: str) -> tuple[Question, Mapping[str, tuple[str, ...]]]:
        """Return a question by its name or one of its ids, and the values that the id stands for."""
        if name in self.texts:
            return read_question(name, self.texts[name]), {}
        wanted = name.strip().upper()
        for candidate in self.names():
            text = self.texts[candidate]
            # A look at the text first: reading sixty headers takes longer than answering.
            if re.search(rf"(?im)^#\+.*\b{re.escape(wanted)}\b", text):
                question = read_question(candidate, text)
                if wanted in question.ids:
                    return question, question.ids[wanted]
        ids = {identifier for question in self.questions() for identifier in question.ids}
        raise UnknownName("question", name, [*self.names(), *sorted(ids)], "List them with: mandategraph questions")


def _slots(file: str, text: str) -> dict[str, tuple[tuple[int, int], ...]]:
    """Return where the content of each one-variable VALUES block stands, by variable."""
    try:
        found = tokens(text)
    except WrongUse as problem:
        raise BrokenLibrary(f"{file}: {problem.message}") from problem
    slots: dict[str, list[tuple[int, int]]] = {}
    for index, token in enumerate(found[:-2]):
        variable, brace = found[index + 1], found[index + 2]
        if token.keyword != "VALUES" or variable.kind != "var" or brace.text != "{":
            continue
        end = next((later for later in found[index + 3 :] if later.text == "}"), None)
        if end is None:
            raise BrokenLibrary(f"{file}: the block VALUES {variable.text} is not closed.")
        slots.setdefault(variable.text[1:], []).append((brace.end, end.start))
    return {name: tuple(places) for name, places in slots.items()}


def _table(file: str, header: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    table = header.get(key) or {}
    if not isinstance(table, dict):
        raise BrokenLibrary(f"{file}: “{key}” must be a table.")
    return table


def _refuse_unknown(file: str, where: str, table: Mapping[str, Any], known: Iterable[str]) -> None:
    for key in table:
        if key not in known:
            raise BrokenLibrary(f"{file}: {where} does not know “{key}”; it knows {', '.join(sorted(known))}.")


def _parameter(file: str, name: str, row: Any) -> Parameter:
    if not isinstance(row, dict):
        raise BrokenLibrary(f"{file}: parameter “{name}” must say type and example.")
    _refuse_unknown(file, f"parameter “{name}”", row, _PARAMETER_KEYS)
    if row.get("type") not in TYPES:
        raise BrokenLibrary(f"{file}: parameter “{name}” is of type “{row.get('type')}”; types are {', '.join(TYPES)}.")
    if name in RESERVED and RESERVED[name] != row["type"]:
        raise BrokenLibrary(f"{file}: “{name}” is a reserved name, of type {RESERVED[name]}.")
    if "example" not in row:
        raise BrokenLibrary(f"{file}: parameter “{name}” has no example.")
    default = _strings(row.get("default"))
    many = bool(row.get("many", False))
    if len(default) > 1 and not many:
        raise BrokenLibrary(f"{file}: parameter “{name}” has {len(default)} defaults but does not say “many: true”.")
    required = bool(row.get("required", not default)) and not default
    return Parameter(name, str(row["type"]), str(row["example"]), default, required, many)


def _block(file: str, key: str, row: Any) -> Block:
    if not isinstance(row, dict):
        raise BrokenLibrary(f"{file}: block “{key}” must have a title in {', '.join(LANGUAGES)}.")
    _refuse_unknown(file, f"block “{key}”", row, {*LANGUAGES, "columns", "proposals"})
    titles = _four_languages(file, f"block “{key}”", {k: v for k, v in row.items() if k in LANGUAGES})
    return Block(key, titles, _strings(row.get("columns")), bool(row.get("proposals", "propos" in key)))


def _ids(file: str, header: Mapping[str, Any], parameters: set[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    given = header.get("ids", {})
    ids: dict[str, dict[str, tuple[str, ...]]] = {str(header["id"]).upper(): {}} if "id" in header else {}
    if isinstance(given, dict):
        for key, row in given.items():
            _refuse_unknown(file, f"id “{key}”", row or {}, parameters)
            ids[str(key).upper()] = {name: _strings(value) for name, value in (row or {}).items()}
    else:
        ids.update({identifier.upper(): {} for identifier in _strings(given)})
    return ids


def _strings(given: Any) -> tuple[str, ...]:
    if given is None:
        return ()
    return tuple(str(one) for one in given) if isinstance(given, list) else (str(given),)


def _four_languages(file: str, what: str, given: Any) -> dict[str, str]:
    if not isinstance(given, dict) or any(not given.get(language) for language in LANGUAGES):
        raise BrokenLibrary(f"{file}: {what} is needed in {', '.join(LANGUAGES)}.")
    return {language: " ".join(str(given[language]).split()) for language in LANGUAGES}
