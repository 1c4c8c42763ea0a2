"""A draft in the making: documents and provisions, with what their words say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from mandategraph.core.namespaces import DCTERMS, ID, XSD
from mandategraph.core.symbols import Symbol, Symbols
from mandategraph.ingest.drafting.account import Account
from mandategraph.ingest.drafting.citations import CitationWriter
from mandategraph.ingest.drafting.draft import Draft, Weight
from mandategraph.ingest.drafting.heads import Head, Place, around, read_head
from mandategraph.ingest.drafting.paper import TYPE, Paper, iri, kos, mg, text, typed
from mandategraph.ingest.drafting.registers import Entries, Registers, type_of
from mandategraph.ingest.drafting.sections import Span, shaped
from mandategraph.ingest.drafting.statements import StatementWriter
from mandategraph.ingest.drafting.voice import Voice
from mandategraph.ingest.meaning import Meaning
from mandategraph.ingest.structure.outline import PROVISIONS, Document, Part, Unit

_SEGMENT = {Part.PREAMBLE: "pre", Part.OPERATIVE: "op", Part.ARTICLE: "art", Part.PARAGRAPH: "par", Part.SECTION: "sec"}
_LONGEST_TITLE = 300
_SHORT = 20
_LETTERS = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"(?:19|20)\d\d")


def body_of(organ: str) -> str:
    """
    Return the address of the body that an organ of the configuration is.

    >>> body_of("oas/ag"), body_of("oas/cidi/cam"), body_of("un/ga")
    ('oas/org/ag', 'oas/org/cam', 'un/org/ga')
    """
    organisation, _, rest = organ.partition("/")
    return f"{organisation}/org/{rest.rsplit('/', 1)[-1]}"


def printed_of(unit: Unit) -> str:
    """Return the number of a unit without its points and brackets; of an article, without that word."""
    if unit.number is None:
        return ""
    printed = unit.number.printed.strip("().º° ")
    return printed.rsplit(" ", 1)[-1].strip("().º° ") if unit.part is Part.ARTICLE else printed


def key_of(printed: str) -> str:
    """
    Return what a printed number is in an address.

    >>> key_of("(ii)"), key_of("1.1"), key_of("•")
    ('ii', '1-1', '')
    """
    return "-".join(_LETTERS.findall(printed.lower()))


class Work:
    """One draft in the making: the paper it is written on, and what has been written so far."""

    def __init__(
        self,
        key: str,
        symbols: Symbols,
        meanings: Mapping[str, Meaning],
        registers: Registers,
        paper: Paper,
        draft: Draft,
    ) -> None:
        self.key = key
        self.paper = paper
        self.draft = draft
        self.entries = Entries(paper, key, registers)
        self.says = StatementWriter(key, paper, draft, self.entries)
        self.cites = CitationWriter(paper, draft, self.entries)
        self.account = Account(key, paper, draft)
        self._symbols = symbols
        self._meanings = meanings
        self._kinds: dict[str, str] = {}
        self._said: dict[str, str] = {}
        self._documents: list[str] = []
        self._heads: list[Place] = []
        self._asking: set[str] = set()
        self.paragraphs: list[tuple[str, str, str]] = []
        """Paragraphs of quoted texts that ask for something, and their items: address, that of the document, words."""
        # The longest first: a committee's path begins with that of its organ.
        organs = sorted({str(organ["path"]) for organ in symbols.organs.values()}, key=lambda path: (-len(path), path))
        self.bodies = {organ: body_of(organ) for organ in organs}

    def _words(self, unit: Unit) -> str:
        return self.paper.reading.words(unit.block)

    def voice_of(self, path: str, adopted: str = "") -> Voice:
        """Return who speaks in the document with this address."""
        organ = next((organ for organ in self.bodies if path.startswith(f"{organ}/")), "")
        year = next((part for part in path.split("/") if _YEAR.fullmatch(part)), adopted[:4])
        return Voice(self.bodies.get(organ, ""), organ, adopted, self.bodies, year)

    def unique(self, path: str) -> str:
        """Return the path, with a count behind it where it is taken."""
        candidate, count = path, 1
        while candidate in self._kinds:
            count += 1
            candidate = f"{path}-{count}"
        return candidate

    # documents

    def document(self, document: Document, place: int) -> None:
        """Write a document and all in it; the other language of a two-language text adds its words to the first."""
        self.paper.language = document.language or self.paper.language
        for note in document.notes:
            self.draft.look(Weight.WHOLE, note)
        whole = document.expression_of
        if whole is not None and whole < len(self._documents):
            path = self._documents[whole]
            self._documents.append(path)
            self._write_units(document, path, self.voice_of(path), is_expression=True)
            return
        meaning = self._meanings.get(document.language) or self._meanings.get("en")
        head = read_head(document, self._words, self._symbols, meaning, self._named(), self._kinds)
        self._heads += head.places
        symbol = head.symbol
        path = symbol.path if symbol is not None else f"text/{self.paper.sha12}/document/{place + 1}"
        if symbol is None and document.of_part(*PROVISIONS):
            self.draft.look(Weight.WHOLE, "No symbol was recognised in the text; the document is named by its text.")
        path = self.unique(path)
        self._kinds[path] = "document"
        self._documents.append(path)
        self.entries.own(path)
        self.draft.documents.append(symbol.written if symbol is not None else path)
        voice = self.voice_of(path, head.adopted)
        self._head(head, path, voice)
        self._write_units(document, path, voice)
        operative = sum(unit.part in (Part.OPERATIVE, Part.ARTICLE) for unit in document.units)
        self.paper.add(iri(ID, path), mg("operativeCount"), typed(operative, "integer"))

    def _head(self, head: Head, path: str, voice: Voice) -> None:
        paper, name, symbol, title = self.paper, iri(ID, path), head.symbol, head.title_at
        pairs = [
            TYPE,
            mg("Document"),
            f"<{DCTERMS}identifier>",
            text(path),
            mg("documentType"),
            kos(f"type-{type_of(path)}"),
            mg("entered"),
            kos("entered-full"),
        ]
        if symbol is not None:
            pairs += [mg("symbol"), text(symbol.written)]
            pairs += self._place("symbolSpan", head.symbol_at)
            session = symbol.parts.get("session", "")
            number, _, kind = session.rpartition("-") if session[-2:] in ("-o", "-e") else (session, "", "")
            if number and voice.issuer:
                pairs += [mg("adoptedAt"), self.entries.session(voice.organ, voice.issuer, number, kind)]
        if title is not None:
            pairs += [
                f"<{DCTERMS}title>",
                text(" ".join(paper.reading.text[slice(*title)].split())[:_LONGEST_TITLE], paper.language),
            ]
            pairs += self._place("titleSpan", title)
        elif symbol is None:
            pairs += [f"<{DCTERMS}title>", text(paper.reading.title or paper.reading.file, paper.language)]
        if voice.issuer:
            pairs += [mg("adoptedBy"), self.entries.body(voice.issuer)]
        else:
            pairs += [mg("notStated"), mg("adoptedBy")]
        if voice.adopted:
            pairs += [f"<{DCTERMS}issued>", typed(voice.adopted, "date"), *self._place("issuedSpan", head.adopted_at)]
        elif symbol is not None and symbol.parts.get("year", "").isdigit():
            pairs += [f"<{DCTERMS}issued>", f'"{symbol.parts["year"]}"^^<{XSD}gYear>']
        else:
            pairs += [mg("notStated"), f"<{DCTERMS}issued>"]
        paper.read(name, *pairs)
        paper.add(paper.source, mg("textOf"), name)

    def _place(self, term: str, place: Place | None) -> list[str]:
        """The pair that says where the words stand, none where they do not."""
        return [] if place is None else [mg(term), self.paper.span(*place)]

    def _named(self) -> Symbol | None:
        """The symbol that is the name of the file; it is that of the first document in it."""
        stem = self.paper.reading.file.rsplit("/", 1)[-1].rsplit(".", 1)[0].replace("_", "/")
        named = self._symbols.read(stem) if not self._documents else None
        return named if named is not None and named.path else None

    # units

    def units(self, units: Sequence[Unit], path: str, voice: Voice) -> None:
        """Write the units of a text that a plan quotes, under its document."""
        first = len(self._kinds)
        self._all(units, iri(ID, path), path, Counter(), voice, is_expression=False)
        asking = [key for key in list(self._kinds)[first:] if {key, key.rsplit("/", 1)[0]} & self._asking]
        self.paragraphs += [(key, path, self._said.get(key, "")) for key in asking]

    def _write_units(self, document: Document, path: str, voice: Voice, *, is_expression: bool = False) -> None:
        self._all(shaped(document.units), iri(ID, path), path, Counter(), voice, is_expression=is_expression)

    def _all(
        self,
        units: Sequence[Unit | Span],
        parent: str,
        prefix: str,
        order: Counter[str],
        voice: Voice,
        *,
        is_expression: bool,
    ) -> None:
        for unit in units:
            if isinstance(unit, Unit) and unit.number is not None:
                order[f"printed {unit.part}"] += 1
        for unit in units:
            if isinstance(unit, Span):
                path, name = self._section(unit, parent, prefix, order, is_expression=is_expression)
                self._all(unit.units, name, path, Counter(), voice, is_expression=is_expression)
            elif unit.part in PROVISIONS or unit.part is Part.QUOTATION:
                self._provision(unit, parent, prefix, order, voice, is_expression=is_expression)
            else:
                if unit.number is not None:
                    self.account.leave_part(unit.part, unit.number.start, unit.number.end)
                for start, end in around(unit.block.start, unit.block.end, sorted(self._heads)):
                    self.account.leave_part(unit.part, start, end)
                self._all(unit.children, parent, prefix, order, voice, is_expression=is_expression)

    def _section(
        self, section: Span, parent: str, prefix: str, order: Counter[str], *, is_expression: bool
    ) -> tuple[str, str]:
        """An annex, or paragraphs that are counted anew under a heading: a provision that holds them."""
        order[section.segment] += 1
        count = order[section.segment]
        heading = section.heading
        printed = printed_of(heading) if heading is not None else ""
        if not printed and section.segment == "annex" and heading is not None:
            # “Annex II”: the line is its number.
            words = " ".join(self._words(heading).split())
            printed = words if len(words) <= _SHORT and not order[f"annex {words}"] else f"Annex {count}"
            order[f"annex {words}"] += 1
        key = str(count) if section.segment == "annex" else key_of(printed) or str(count)
        path = f"{prefix}/{section.segment}/{key}"
        if is_expression and self._kinds.get(path) == "section":
            self._words_of(iri(ID, path), heading)
            return path, iri(ID, path)
        path = self.unique(path)
        name = self.node(path, "section", parent, printed or str(count), count)
        self._words_of(name, heading)
        if heading is None:
            self.draft.look(
                Weight.NUMBERS, "The numbers begin again without a heading; what follows is a part of its own."
            )
        return path, name

    def _words_of(self, name: str, unit: Unit | None) -> None:
        """Say where the words and the number of a provision stand."""
        if unit is None:
            return
        if unit.block.end > unit.block.start:
            self.paper.add(name, mg("textSpan"), self.paper.span(unit.block.start, unit.block.end))
        if unit.number is not None:
            self.paper.add(name, mg("numberSpan"), self.paper.span(unit.number.start, unit.number.end))

    def node(self, path: str, kind: str, parent: str, number: str, order: int) -> str:
        """Write a provision and return its name."""
        self._kinds[path] = kind
        self.draft.provisions[kind] += 1
        return self.paper.read(
            iri(ID, path),
            TYPE,
            mg("Provision"),
            f"<{DCTERMS}identifier>",
            text(path),
            mg("provisionType"),
            kos(f"provision-{kind}"),
            mg("partOf"),
            parent,
            mg("order"),
            typed(order, "integer"),
            *([mg("number"), text(number)] if number else []),
        )

    def _provision(
        self, unit: Unit, parent: str, prefix: str, order: Counter[str], voice: Voice, *, is_expression: bool
    ) -> None:
        order[unit.part] += 1
        count = order[unit.part]
        printed = printed_of(unit)
        # Among numbered paragraphs one without a number has none, and an address that is no number.
        is_counted = not order[f"printed {unit.part}"] and unit.part is not Part.QUOTATION
        is_numbered = is_counted or unit.number is not None
        number = printed or (str(count) if is_numbered else "")
        key = key_of(printed) or (str(count) if is_numbered else f"u{count}")
        segment = _SEGMENT.get(unit.part)
        path = f"{prefix}/{segment}/{key}" if segment else f"{prefix}/{key}"
        kind = "paragraph" if unit.part is Part.QUOTATION else str(unit.part)
        known = is_expression and self._kinds.get(path) == kind
        if known:
            name = iri(ID, path)
        else:
            path = self.unique(path)
            # A text that is quoted in part begins with a later number than the first.
            counts = unit.part in (Part.OPERATIVE, Part.ARTICLE) and printed.isdecimal()
            name = self.node(path, kind, parent, number, int(printed) if counts else count)
        self._words_of(name, unit)
        self._said[path] = self._words(unit)
        for note in unit.notes:
            self.draft.look(Weight.NUMBERS, f"{printed or kind}: {note}")
        self._say(unit, name, path, printed, voice, parent, known=known)
        self._all(unit.children, name, path, Counter(), voice, is_expression=is_expression)

    def _say(self, unit: Unit, name: str, path: str, printed: str, voice: Voice, parent: str, *, known: bool) -> None:
        meaning = self._meanings.get(self.paper.language) or self._meanings.get("en")
        if meaning is None or unit.block.end <= unit.block.start:
            return
        words, base, says = self._words(unit), unit.block.start, self.says
        where = printed or f"A paragraph ({words[:40].strip()} …)"
        if not known and unit.part in (Part.OPERATIVE, Part.ARTICLE):
            mandates = self.draft.mandates
            found = says.statements(words, base, name, path, voice, meaning, where)
            if self.draft.mandates > mandates:
                self._asking.add(path)
            if not found and unit.part is Part.OPERATIVE:
                says.without_verb(base, unit.block.end, name, path, voice, where)
        elif not known and unit.part in (Part.ITEM, Part.BULLET):
            says.item_statements(words, base, name, path, voice, meaning, where, parent)
        if not known and unit.children and meaning.is_open_list(words):
            self.paper.add(name, mg("itemListIsOpen"), typed("true", "boolean"))
        self.cites.recalled(meaning, words, base, name, voice)
        themes = [] if known else meaning.themes(words)
        if themes:
            self.paper.add(name, *(part for theme in themes for part in (mg("theme"), iri(ID, theme.key))))
