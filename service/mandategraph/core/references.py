"""Values as people write them ("AG/RES. 2881, 33.A", "CAM", "3 November 2016") to the terms they stand for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from mandategraph.core.dates import read_date
from mandategraph.core.errors import AmbiguousName, MandateGraphError, UnknownName, WrongValue
from mandategraph.core.graphs import Dataset
from mandategraph.core.namespaces import ID, MG, PREFIXES, XSD
from mandategraph.core.ports import GraphStore
from mandategraph.core.symbols import Symbol, Symbols
from mandategraph.core.terms import Iri, Literal, values_block
from mandategraph.core.withdrawn import withdrawn

EXPECTED = {
    "document": "a document we have, by its symbol or title",
    "provision": "a paragraph, article or section we have",
    "statement": "a statement of a paragraph",
    "task": "a mandate, duty or suggested activity",
    "actor": "an actor: a body, a State, a group",
    "activity": "an activity or agenda item",
    "theme": "a theme",
    "plan": "a work plan",
    "fund": "a fund",
    "session": "a session",
    "series": "a recurring event",
    "status": "a status",
    "iri": "an address, or a thing by its name",
    "date": "a day, as YYYY-MM-DD",
    "when": "a day, month or year",
    "integer": "a whole number",
    "text": "a text",
}
# The order in which a name that may be anything is looked up.
_INDEXED = ("document", "actor", "activity", "theme", "fund", "session", "series", "plan", "status")
_BY_PART_OF_TITLE = frozenset({"document", "plan", "activity", "theme", "fund", "session", "series"})
_SAME = str.maketrans({**dict.fromkeys("“”«»", '"'), **dict.fromkeys("’‘", "'"), **dict.fromkeys("–—‑-", " ")})
# A query with thousands of values is refused by some engines and by our own gate.
AT_ONCE = 500
_IRI_START = re.compile(r"(?:https?://|urn:)\S+\Z")
_CURIE = re.compile(r"(?P<prefix>[a-z]+):(?P<local>[^\s:][^\s]*)\Z")
_NUMBER_FIRST = re.compile(r"(?P<number>\d+)\s*[/,:;\s]\s*(?P<rest>\S.*)\Z")
_BRACKET = re.compile(r"\s*\([^()]*\)\s*\Z")
_REST_OF = re.compile(
    r"(?P<rest>.+?)\s+(?:of|de|du|da|do|del|in)\s+(?:the\s+|la\s+|a\s+|o\s+)?(?P<document>.+)\Z", re.IGNORECASE
)


def folded(text: str) -> str:
    """
    Return a name as names are compared: without case, accents, hyphens, kinds of quotation marks, outer marks.

    >>> folded(" “Comisión  de Asuntos Migratorios”, ") == folded("comision de asuntos migratorios")
    True
    """
    plain = unicodedata.normalize("NFKD", text.translate(_SAME).casefold())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return " ".join(plain.split()).strip(" \"'.,;:").removeprefix("the ")


class References:
    """
    The names of one state of a store, read once; `resolve` turns a value as written into the term it stands for.

    Paragraphs are not indexed: their address follows from their document and number, and one question to the store
    says whether they are there.
    """

    def __init__(self, store: GraphStore, dataset: Dataset, query: str, symbols: Sequence[Symbols]) -> None:
        self._store, self._dataset, self._symbols = store, dataset, tuple(symbols)
        self._names: dict[str, dict[str, set[str]]] = {kind: {} for kind in _INDEXED}
        self._weak: dict[str, dict[str, set[str]]] = {kind: {} for kind in _INDEXED}
        self._typed: dict[str, str] = {}
        self._dates: dict[str, set[str]] = {}
        self._shown: dict[str, str] = {}
        self._kinds: dict[str, set[str]] = {}
        self._documents: list[tuple[Symbol, str]] = []
        for row in store.select(query, dataset).rows:
            self._add(str(row["thing"]), str(row["kind"]), row["name"], str(row["of"]))

    def _add(self, thing: str, kind: str, name: object, how: str) -> None:
        text = str(name)
        self._kinds.setdefault(thing, set()).add(kind)
        if how == "date":
            self._dates.setdefault(text, set()).add(thing)
            return
        index = self._weak if how == "citation" else self._names
        index[kind].setdefault(folded(text), set()).add(thing)
        self._typed.setdefault(folded(text), text)
        if how == "identifier":
            if kind not in ("document",):
                tail = text.rsplit("/", 1)[-1]
                index[kind].setdefault(folded(tail), set()).add(thing)
                self._typed.setdefault(folded(tail), tail)
            if kind == "activity":
                self._shown[thing] = text.rsplit("/", 1)[-1]
        elif how == "label":
            symbol = next((read for reader in self._symbols if (read := reader.read(text))), None)
            if symbol is not None and kind == "document":
                self._documents.append((symbol, thing))
            # A title may be that of several documents, a symbol is not.
            has_symbol = any(iri == thing for _, iri in self._documents) and symbol is None
            better = symbol is not None or (getattr(name, "language", "") == "en" and not has_symbol)
            if kind != "activity" and (better or thing not in self._shown):
                self._shown[thing] = text

    def resolve(self, kind: str, text: str, name: str = "value", example: str = "") -> Iri | Literal:
        """
        Return the term of the asked kind that a text stands for.

        Raises UnknownName (nearest names), AmbiguousName (the candidates) or WrongValue (what was expected, with the
        example) where it stands for none, for several, or for something of another kind.
        """
        text = text.strip()
        wrong = WrongValue(name, text, EXPECTED[kind], f'"{example}"' if " " in example else example)
        if kind == "text":
            return Literal(text)
        if kind in ("date", "when"):
            edtf = read_date(text)
            if edtf is None or (kind == "date" and len(edtf) != 10):
                raise wrong
            return Literal(edtf, datatype=XSD + "date") if kind == "date" else Literal(edtf)
        if kind == "integer":
            if not re.fullmatch(r"[+-]?\d+", text):
                raise wrong
            return Literal(str(int(text)), datatype=XSD + "integer")
        iri = _as_iri(text)
        if iri is not None:
            return self._checked(kind, iri, text, wrong)
        try:
            found = self._named(kind, text)
        except UnknownName:
            if kind != "iri" and self._is_of_another_kind(kind, text):
                raise wrong from None
            raise
        if len(found) > 1:
            raise AmbiguousName(kind, text, sorted(self._display(iri) for iri in found))
        return Iri(found.pop())

    def _checked(self, kind: str, iri: str, text: str, wrong: WrongValue) -> Iri:
        if kind == "iri":
            return Iri(iri)
        if kind in _INDEXED:
            if kind in self._kinds.get(iri, ()):
                return Iri(iri)
            if iri in self._kinds or self._existing([iri]):
                raise wrong
            raise UnknownName(kind, text, ())
        if not self._existing([iri]):
            if iri in self._kinds:
                raise wrong
            raise UnknownName(kind, text, ())
        is_statement = re.search(r"/s\d+\Z", iri) is not None
        if is_statement != (kind in ("statement", "task")):
            raise wrong
        return Iri(iri)

    def _named(self, kind: str, text: str) -> set[str]:
        if kind in _INDEXED:
            return self._indexed(kind, text)
        if kind == "iri":
            for one in _INDEXED:
                if found := self._exact(one, text):
                    return found
            return self._provisions("task" if re.search(r"\bs\d+\Z", text) else "provision", text)
        return self._provisions(kind, text)

    def _is_of_another_kind(self, kind: str, text: str) -> bool:
        if any(self._exact(other, text) for other in _INDEXED if other != kind):
            return True
        if kind not in _INDEXED:
            return False
        try:
            return bool(self._provisions("provision", text))
        except MandateGraphError:
            return False

    def _exact(self, kind: str, text: str) -> set[str]:
        wanted = folded(text)
        found = self._names[kind].get(wanted, set())
        if not found and (bare := re.sub(r"\s*\([^()]*\)\Z", "", text)) != text:
            found = self._names[kind].get(folded(bare), set())
        if not found and kind == "document":
            found = self._by_symbol(text)
        if not found and kind == "activity":
            found = self._by_date(text)
        return set(found or self._weak[kind].get(wanted, set()))

    def _indexed(self, kind: str, text: str) -> set[str]:
        found = self._exact(kind, text)
        if not found and kind in _BY_PART_OF_TITLE:
            found = self._by_part_of_title(kind, text)
        if not found:
            known = [self._typed[key] for key in self._names[kind]]
            if kind == "document":
                known += [whole.written.split(" (")[0] for whole, _ in self._documents]
            raise UnknownName(kind, text, known)
        return found

    def _by_part_of_title(self, kind: str, text: str) -> set[str]:
        wanted = folded(text)
        if len(wanted) < 4:
            return set()
        return {thing for name, things in self._names[kind].items() if wanted in name for thing in things}

    def _by_symbol(self, text: str) -> set[str]:
        for reader in self._symbols:
            symbol = reader.read(text)
            if symbol is not None:
                return {iri for whole, iri in self._documents if symbol.matches(whole)}
        if re.fullmatch(r"\d+", text.strip()):
            return self._by_number(text.strip())
        # As people say it: without the year, or the session, that stands in brackets.
        wanted = _squeezed(text)
        if "/" not in wanted:
            return set()
        return {iri for whole, iri in self._documents if wanted == _squeezed(_BRACKET.sub("", whole.written))}

    def _by_number(self, number: str) -> set[str]:
        # Only what is known by its number alone ("2881"), not every paper numbered 14.
        return {iri for whole, iri in self._documents if whole.short == number}

    def _by_date(self, text: str) -> set[str]:
        when, _, title = text.partition(":")
        edtf = read_date(re.sub(r"\s*\([^()]*\)\s*\Z", "", when))
        found = self._dates.get(edtf or "", set())
        wanted = folded(title)
        if not wanted:
            return set(found)
        return {iri for name, iris in self._names["activity"].items() if wanted in name for iri in iris if iri in found}

    def _provisions(self, kind: str, text: str) -> set[str]:
        documents, rest = self._split(text)
        number = None
        for reader in self._symbols:
            number = number or (reader.read_provision(rest) if rest else None)
        if number is None:
            raise UnknownName(kind, text, ())
        kinds = [number.kind] if number.kind else [k.key for reader in self._symbols for k in reader.provisions]
        where = documents if documents is not None else self._names_of_documents()
        steps = "/".join(number.steps)
        candidates = [f"{document}/{one}/{steps}" for document in where for one in dict.fromkeys(kinds)]
        found = self._existing(candidates)
        if not found:
            near = self._known_provisions(documents) if documents else ()
            raise UnknownName(kind, text, near, self._no_more(candidates))
        if kind in ("statement", "task"):
            found = self._statements(found, number.statement)
            if not found:
                raise UnknownName(kind, text, ())
        return found

    def _split(self, text: str) -> tuple[set[str] | None, str]:
        """Return the documents a text names (None: names none) and what it says beside."""
        unknown = ""
        for reader in self._symbols:
            for symbol in reader.find(text):
                documents = {iri for whole, iri in self._documents if symbol.matches(whole)}
                if not documents:
                    unknown = unknown or symbol.as_written
                    continue
                rest = f"{text[: symbol.start]} {text[symbol.end :]}"
                return documents, re.sub(r"\s(?:of|de|du|da|do)\s*\Z", "", rest.strip(" ,;:/") + " ").strip(" ,;:/")
        first = _NUMBER_FIRST.match(text)
        if first and (documents := self._by_number(first["number"])):
            return documents, first["rest"]
        last = _REST_OF.match(text)
        if last and (documents := self._exact("document", last["document"])):
            return documents, last["rest"]
        # The longest name counts: “S/RES/2143, 24” is no paragraph 2143 of every document of S/RES.
        places = [match.start() for match in re.finditer(r"[,;:/]|\s", text)]
        for place in reversed(places):
            if documents := self._exact("document", text[:place]):
                return documents, text[place:].strip(" ,;:/")
        for place in places:
            if documents := self._exact("document", text[place:].strip(" ,;:/")):
                return documents, text[:place].strip(" ,;:/")
        if unknown:
            raise UnknownName("document", unknown, [whole.written for whole, _ in self._documents])
        for place in reversed(places):
            # A part of a symbol is no part of a title.
            if re.fullmatch(r"\S*/\S*", text[:place]) is None and (
                documents := self._by_part_of_title("document", text[:place])
            ):
                return documents, text[place:].strip(" ,;:/")
        return None, text

    def _names_of_documents(self) -> list[str]:
        return sorted(iri for iri, kinds in self._kinds.items() if "document" in kinds)

    def _existing(self, iris: Iterable[str]) -> set[str]:
        rows: list[list[Iri]] = []
        for iri in iris:
            try:
                rows.append([Iri(iri)])
            except ValueError:
                continue
        found: set[str] = set()
        for start in range(0, len(rows), AT_ONCE):
            values = values_block(["x"], rows[start : start + AT_ONCE])
            query = f"SELECT ?x WHERE {{ {values} ?x <{MG}partOf>|<{MG}expressedIn> ?y }}"
            found |= {str(row["x"]) for row in self._store.select(query, self._dataset).rows}
        return found

    def _no_more(self, iris: Iterable[str]) -> str:
        """Return what became of those that were withdrawn, in words."""
        told = withdrawn(self._store, self._dataset, iris)
        named = {one: self._display(one) for gone in told.values() for one in (gone.iri, *gone.named)}
        return " ".join(gone.sentence("en", named) for gone in told.values())

    def _statements(self, provisions: set[str], number: str) -> set[str]:
        rows = [[Iri(iri)] for iri in sorted(provisions)]
        query = f"SELECT ?x WHERE {{ {values_block(['y'], rows)} ?x <{MG}expressedIn> ?y }}"
        found = {str(row["x"]) for row in self._store.select(query, self._dataset).rows}
        return {iri for iri in found if not number or iri.endswith(f"/{number}")}

    def _known_provisions(self, documents: Iterable[str]) -> list[str]:
        rows = [[Iri(iri)] for iri in sorted(documents)]
        query = f"SELECT ?x WHERE {{ {values_block(['d'], rows)} ?x <{MG}partOf>+ ?d }}"
        return sorted(self._display(str(row["x"])) for row in self._store.select(query, self._dataset).rows)

    def _display(self, iri: str) -> str:
        if iri in self._shown:
            return self._shown[iri]
        for whole, document in self._documents:
            if iri.startswith(document + "/"):
                return f"{whole.short}/{'.'.join(iri.removeprefix(document + '/').split('/')[1:])}"
        return iri.removeprefix(ID)


def _squeezed(symbol: str) -> str:
    """
    Return a symbol as symbols are compared that no pattern reads whole: without case, blanks and full stops.

    >>> _squeezed("S/Res. /2143") == _squeezed("s/res/2143,")
    True
    """
    return re.sub(r"[\s.]+", "", symbol.casefold()).strip(",;:")


def _as_iri(text: str) -> str | None:
    """Return the absolute address that a text is, written out if it has one of our prefixes; None where it is none."""
    if _IRI_START.match(text):
        try:
            return Iri(text).value
        except ValueError:
            return None
    curie = _CURIE.match(text)
    if curie and curie["prefix"] in PREFIXES:
        return PREFIXES[curie["prefix"]] + curie["local"].replace("\\", "")
    return None
