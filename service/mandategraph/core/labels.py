"""What people call a thing: the label of every IRI of an answer, in the language asked, made from one query."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mandategraph.core.dates import write_date, write_recurrence
from mandategraph.core.graphs import Dataset
from mandategraph.core.namespaces import AT, DCTERMS, FOAF, ID, KOS, MG, OA, PREFIXES, RDF, RDFS, SKOS, SKOSXL
from mandategraph.core.ports import GraphStore
from mandategraph.core.questions import bind, read_question
from mandategraph.core.symbols import Symbols
from mandategraph.core.terms import Iri, Literal, Term

LONGEST_WORDS = 140
AT_ONCE = 1000
"""How many things one query asks about; a longer list of values is slow to parse and refused by some engines."""
_SMALL_WORDS = "a aux and da das de del des do dos du e el et for in la las le les los o of on para pour sur the to y"
_BULLET = {"en": "bullet", "es": "viñeta", "fr": "puce", "pt": "marcador"}
_OBJECT_NAMES = (SKOS + "prefLabel", DCTERMS + "title", SKOSXL + "literalForm", FOAF + "name", RDFS + "label")


@dataclass(frozen=True, slots=True)
class Label:
    """
    How a thing is shown: `text` in full, `key` short and typeable where it has one, the language the text is in.

    `key` of a provision is "2881/33.A", of a statement "2881/33 s1", of a document its symbol, of a body its
    abbreviation, of an activity the last part of its address.
    """

    text: str
    key: str = ""
    language: str = ""


@dataclass
class _Facts:
    """What the query brought of one node: property to values."""

    values: dict[str, list[Term]] = field(default_factory=dict)

    def texts(self, prop: str) -> list[Literal]:
        return [value for value in self.values.get(prop, ()) if isinstance(value, Literal)]

    def one(self, prop: str) -> str:
        return min((value.value for value in self.values.get(prop, ())), default="")

    def is_a(self, *names: str) -> bool:
        types = {str(value) for value in self.values.get(RDF + "type", ())}
        return any(MG + name in types for name in names)


def labels(
    store: GraphStore, dataset: Dataset, query: str, iris: Iterable[str], language: str, symbols: Sequence[Symbols] = ()
) -> dict[str, Label]:
    """
    Return a label for each of the IRIs; `query` is the text of `queries/pages/labels.rq`.

    A thing without a name in the asked language has its English one, then any; a thing without any name is shown by
    the last parts of its address, never by nothing.
    """
    wanted = sorted(set(iris))
    if not wanted:
        return {}
    nodes: dict[str, _Facts] = {}
    for start in range(0, len(wanted), AT_ONCE):
        things = [Iri(iri) for iri in wanted[start : start + AT_ONCE]]
        for row in store.select(bind(read_question("labels", query), {"thing": things}), dataset).rows:
            values = nodes.setdefault(str(row["node"]), _Facts()).values.setdefault(str(row["property"]), [])
            if row["value"] not in values:
                values.append(row["value"])
    writer = _Writer(nodes, language, symbols)
    return {iri: writer.label(iri) for iri in wanted}


def literal_text(literal: Literal, language: str) -> str:
    """
    Return a literal as a reader expects it: dates written out, truths as words.

    >>> literal_text(Literal("2016-10", datatype="http://id.loc.gov/datatypes/edtf/EDTF"), "es")
    'octubre de 2016'
    """
    kind = literal.datatype.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
    if kind in ("date", "EDTF", "gYear", "gYearMonth", "EDTF-level0", "EDTF-level1"):
        return write_date(literal.value, language)
    if kind == "dateTime":
        return write_date(literal.value[:10], language)
    if kind == "boolean":
        words = {"en": ("yes", "no"), "es": ("sí", "no"), "fr": ("oui", "non"), "pt": ("sim", "não")}
        return words.get(language, words["en"])[literal.value not in ("true", "1")]
    return write_recurrence(literal.value, language) if literal.value.startswith("FREQ=") else literal.value


def shortened(words: str, most: int = LONGEST_WORDS) -> str:
    """Return words cut at a blank, with an ellipsis, where they are longer than `most`."""
    words = " ".join(words.split())
    if len(words) <= most:
        return words
    return words[: most + 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"


def chosen(texts: Iterable[Literal], language: str) -> Literal | None:
    """Return the text in the asked language, else in English, else without language, else the first of any."""
    order = {language: 0, "en": 1, "": 2}
    return min(texts, key=lambda text: (order.get(text.language, 3), text.language, text.value), default=None)


def abbreviation(names: Iterable[str], full_name: str) -> str:
    """
    Return the name that abbreviates the full one, "" where none looks like an abbreviation.

    >>> abbreviation(["OPS", "PAHO"], "Pan American Health Organization"), abbreviation(["the Organization"], "OAS")
    ('PAHO', '')
    """
    short = sorted(name for name in names if re.fullmatch(r"[A-Z][A-Z0-9&-]{1,11}", name) and name != full_name)
    plain = unicodedata.normalize("NFD", full_name.casefold())
    words = re.findall(r"\w+", "".join(character for character in plain if not unicodedata.combining(character)))
    small = frozenset(_SMALL_WORDS.split())
    initials = "".join(word[0] for word in words if word not in small).upper()
    return initials if initials in short else next(iter(short), "")


class _Writer:
    """Writes labels from what the query brought; a label that needs another (a link's ends) asks for it here."""

    def __init__(self, nodes: Mapping[str, _Facts], language: str, symbols: Sequence[Symbols]) -> None:
        self._nodes, self._language, self._symbols = nodes, language, symbols
        self._done: dict[str, Label] = {}

    def label(self, iri: str) -> Label:
        if iri not in self._done:
            self._done[iri] = Label(_tail(iri))  # a circle of links ends here
            self._done[iri] = self._made(iri)
        return self._done[iri]

    def _made(self, iri: str) -> Label:
        facts = self._nodes.get(iri)
        if facts is None:
            return Label(_tail(iri))
        makers: tuple[tuple[tuple[str, ...], Callable[[str, _Facts], Label | None]], ...] = (
            (("Provision",), self._provision),
            (("OperativeStatement", "Mandate", "Task", "Duty", "SuggestedActivity"), self._task),
            (("ScheduledActivity", "HeldActivity"), self._activity),
            (("Document", "WorkPlan", "Report"), self._document),
            (("DateExpression",), self._date),
            (("TraceLink",), self._link),
            (("Participation",), self._participation),
            (("StatisticalStatement",), self._figure),
        )
        for names, make in makers:
            if facts.is_a(*names):
                made = make(iri, facts)
                if made is not None:
                    return made
        return self._named(iri, facts)

    def _name(self, facts: _Facts) -> Literal | None:
        return chosen((text for prop in _OBJECT_NAMES for text in facts.texts(prop)), self._language)

    def _named(self, iri: str, facts: _Facts) -> Label:
        name = self._name(facts)
        if name is None:
            words = chosen([*facts.texts(MG + "asWritten"), *facts.texts(OA + "exact")], self._language)
            return Label(shortened(words.value), "", words.language) if words else Label(_tail(iri))
        short = chosen(facts.texts(MG + "abbreviation"), self._language)
        alternatives = [t.value for t in facts.texts(SKOS + "altLabel") if t.language in ("", self._language)]
        known = [*([short.value] if short and short.language == self._language else []), *alternatives]
        abbreviated = abbreviation(known or ([short.value] if short else []), name.value)
        text = f"{name.value} ({abbreviated})" if abbreviated and facts.is_a("Body", "CollectiveActor") else name.value
        return Label(text, abbreviated or _tail(iri).rsplit("/", 1)[-1], name.language)

    def _document(self, _iri: str, facts: _Facts) -> Label | None:
        symbol = facts.one(MG + "symbol")
        if symbol:
            return Label(symbol, symbol)
        name = self._name(facts)
        return Label(name.value, facts.one(DCTERMS + "identifier"), name.language) if name else None

    def _short_document(self, iri: str) -> str:
        symbol = self._nodes[iri].one(MG + "symbol") if iri in self._nodes else ""
        for reader in self._symbols:
            read = reader.read(symbol) if symbol else None
            if read is not None:
                return read.short
        return symbol

    def _provision(self, iri: str, facts: _Facts) -> Label | None:
        chain = [iri]
        while len(chain) < 12 and (whole := self._nodes[chain[-1]].one(MG + "partOf")) in self._nodes:
            chain.append(whole)
        document, parts = chain[-1], list(reversed(chain[:-1]))
        if not parts or not self._nodes[document].is_a("Document", "WorkPlan", "Report"):
            return self._named(iri, facts)
        first = parts[0].removeprefix(document + "/").split("/", 1)[0]
        own = self._nodes[document].one(DCTERMS + "identifier").split("/", 1)[0]
        # How the document's own organisation writes its paragraphs; another one's manner where it does not say.
        readers = sorted(self._symbols, key=lambda reader: reader.key != own)
        kind = next((found for reader in readers if (found := reader.provision_kind(first))), None)
        number, bullets = "", ""
        for part in parts:
            printed = self._nodes[part].one(MG + "number") or part.rsplit("/", 1)[-1]
            if not printed.isalnum():
                bullets += f".{part.rsplit('/', 1)[-1]}"
                continue
            # "introduction 3", "mandates III": a dot after a word would read as the end of a sentence.
            after_word = len(re.split(r"[. ]", number)[-1]) > 5
            separator = " " if after_word else kind.separator if kind else "."
            number += (separator if number else "") + printed
        word = kind.labels.get(self._language, kind.labels.get("en", "")) if kind else ""
        shown = f"{word} {number}".strip()
        if bullets:
            shown += f", {_BULLET.get(self._language, _BULLET['en'])} {bullets.removeprefix('.')}"
        key = number + bullets
        short = self._short_document(document)
        if kind is None or kind.names_document:
            shown = f"{self.label(document).text}, {shown}"
        key = f"{short}/{key}" if short else f"{word} {key}".strip()
        return Label(shown, key)

    def _task(self, iri: str, facts: _Facts) -> Label | None:
        provision = facts.one(MG + "expressedIn")
        key = f"{self.label(provision).key} {iri.rsplit('/', 1)[-1]}" if provision else _tail(iri)
        words = chosen(facts.texts(OA + "exact"), self._language)
        if words is None:
            verb = chosen(facts.texts(MG + "verbAsWritten"), self._language)
            act = chosen(facts.texts(MG + "requiredAct"), self._language)
            text = ": ".join(part.value for part in (verb, act) if part)
            language = (act or verb or Literal("")).language
        else:
            text, language = words.value, words.language
        return Label(f"{key}: {shortened(text)}" if text else key, key, language)

    def _activity(self, iri: str, facts: _Facts) -> Label | None:
        name = self._name(facts)
        if name is None:
            return None
        time = facts.one(MG + "plannedTime")
        when = self.label(time).text if time else write_date(facts.one(MG + "heldOn"), self._language)
        return Label(f"{when}: {name.value}" if when else name.value, _tail(iri).rsplit("/", 1)[-1], name.language)

    def _date(self, _iri: str, facts: _Facts) -> Label | None:
        edtf = facts.one(MG + "edtf")
        if not edtf:
            return None
        return Label(write_date(edtf, self._language, facts.one(MG + "dayAnnounced") == "true"), edtf, self._language)

    def _link(self, iri: str, facts: _Facts) -> Label | None:
        ends = [self.label(facts.one(MG + end)) for end in ("from", "to") if facts.one(MG + end)]
        return Label(" → ".join(end.text for end in ends), _tail(iri)) if len(ends) == 2 else None

    def _participation(self, _iri: str, facts: _Facts) -> Label | None:
        actor = facts.one(MG + "actor")
        return self.label(actor) if actor else None

    def _figure(self, _iri: str, facts: _Facts) -> Label | None:
        value, measured = facts.one(MG + "value"), chosen(facts.texts(MG + "measured"), self._language)
        return Label(" ".join(filter(None, (value, measured.value if measured else "")))) if value or measured else None


def _tail(iri: str) -> str:
    """Return what is left of an address that has no name: our path, or a prefixed name of a known vocabulary."""
    for base in (ID, AT, KOS, MG):
        if iri.startswith(base):
            return iri.removeprefix(base)
    for prefix, base in PREFIXES.items():
        local = iri.removeprefix(base)
        if iri.startswith(base) and local and "/" not in local and "#" not in local:
            return f"{prefix}:{local}"
    return iri
