"""The parts of a made-up organisation's graph: bodies, documents, tasks, links. Whole and clean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from generate_texts import BODIES, RECALLS, THEMES, TITLES, VERBS, act, paragraph, theme
from generate_writing import LANGUAGES, Source, Writer, day, local, node, number, shared, text


@dataclass(slots=True)
class Document:
    """A document that was written: its address, its path, its words, its language."""

    iri: str
    path: str
    source: Source
    language: str
    issuer: str
    numbers: int = 0


@dataclass
class Parts:
    """Writes whole parts, each as clean as its arguments leave it."""

    writer: Writer
    random: Random
    org: str
    _counter: int = 0

    def key(self) -> int:
        """Return a number that nothing else has."""
        self._counter += 1
        return self._counter

    def body(self, path: str, kind: str, parent: str = "", languages: Sequence[str] = LANGUAGES, n: int = 0) -> str:
        """Write a body with its names."""
        body = shared(path)
        self.writer.add(
            body,
            ("a", node("mg:Body")),
            ("dcterms:identifier", text(path)),
            ("org:classification", node(f"k:body-{kind}")),
            *(("skos:prefLabel", text(BODIES[tag].format(n=n, theme=theme(n, tag)), tag)) for tag in languages),
        )
        if parent:
            self.writer.add(body, ("mg:bodyOf", parent))
        return body

    def verbs(self) -> None:
        """Write the list of verbs of the organisation, with their force."""
        for key, (force, rank, phrases) in VERBS.items():
            self.writer.add(
                self.verb(key),
                ("a", node("skos:Concept")),
                ("mg:force", node(f"k:force-{force}")),
                ("mg:forceRank", number(rank)),
                *(("skos:prefLabel", text(words.split(" {")[0], language)) for language, words in phrases.items()),
            )

    def verb(self, key: str) -> str:
        """Return a verb of the organisation's list."""
        return shared(f"{self.org}/verb/{key}")

    def person(self) -> str:
        """Return the person who takes decisions."""
        return local(f"{self.org}/agent/decider")

    def document(
        self,
        path: str,
        issuer: str,
        issued: str,
        kind: str = "resolution",
        without: Iterable[str] = (),
        title: str = "",
        symbol: str = "",
        entered: str = "full",
    ) -> Document:
        """Write a document, but for the properties that it is to be without."""
        n = self.key()
        language = LANGUAGES[n % len(LANGUAGES)]
        iri, omit = shared(path), set(without)
        said = [
            ("mg:documentType", node(f"k:type-{kind}")),
            ("dcterms:identifier", text(path)),
            ("mg:entered", node(f"k:entered-{entered}")),
            ("mg:adoptedBy", issuer),
            ("dcterms:title", text(title, "en") if title else self._title(n, language)),
            ("mg:symbol", text(symbol or f"{self.org.upper()}/{kind[:3].upper()}. {n}")),
            ("dcterms:issued", day(issued)),
        ]
        self.writer.add(iri, ("a", node("mg:Document")), *(pair for pair in said if pair[0] not in omit))
        return Document(iri, path, Source(self.writer, iri, path), language, issuer)

    @staticmethod
    def _title(n: int, language: str) -> str:
        return text(TITLES[language].format(theme=theme(n, language), n=n), language)

    def provision(
        self,
        parent: str,
        path: str,
        kind: str,
        name: str,
        source: Source | None,
        words: str = "",
        language: str = "en",
        standing: str = "certified",
        slip: int = 0,
    ) -> str:
        """Write a provision; without a parent, or without words, where these are empty."""
        iri = shared(path)
        self.writer.add(
            iri,
            ("a", node("mg:Provision")),
            ("mg:number", text(name)),
            ("mg:order", number(int(name) if name.isdigit() else 1)),
            ("mg:provisionType", node(f"k:provision-{kind}")),
        )
        if parent:
            self.writer.add(iri, ("mg:partOf", parent))
        if source is not None and words:
            span = source.span(words, language, standing, slip)
            self.writer.add(iri, ("mg:textSpan", span), ("mg:readFrom", source.iri))
        return iri

    def preamble(self, document: Document, number_of: int) -> None:
        """Write the paragraphs before the first that does something."""
        for n in range(1, number_of + 1):
            words = RECALLS[document.language].format(
                theme=theme(self.random.randrange(len(THEMES)), document.language)
            )
            self.provision(
                document.iri, f"{document.path}/pre/{n}", "preamble", f"P{n}", document.source, words, document.language
            )

    def paragraph(self, document: Document, verb: str, asked: str, standing: str = "certified") -> tuple[str, str]:
        """Write the next operative paragraph; return it and what its words ask for."""
        document.numbers += 1
        what = act(self.random, self.random.randrange(len(THEMES)), document.language)
        words = paragraph(verb, asked.rsplit("/", 1)[-1].rstrip(">"), what, document.language)
        path = f"{document.path}/op/{document.numbers}"
        n = str(document.numbers)
        return self.provision(
            document.iri, path, "operative", n, document.source, words, document.language, standing
        ), what

    def item(self, document: Document, paragraph_: str, letter: str) -> str:
        """Write a lettered item of a paragraph, which has no statement of its own."""
        path = f"{document.path}/op/{document.numbers}/{letter.lower()}{self.key()}"
        words = theme(self.random.randrange(len(THEMES)), document.language)
        return self.provision(paragraph_, path, "item", letter, document.source, words, document.language)

    def task(
        self,
        provision: str,
        verb: str,
        asked: Sequence[str],
        issuer: str,
        what: str,
        source: Source,
        language: str = "en",
        kind: str = "",
        status: str = "open",
        without: Iterable[str] = (),
        more: Sequence[tuple[str, str]] = (),
    ) -> str:
        """Write a statement or task with its record, and all that a register wants of it."""
        omit = set(without)
        force = VERBS[verb][0]
        kind = kind or ("OperativeStatement" if force == "declaratory" else "Mandate")
        task = f"{provision[:-1]}/s{self.key()}>"
        span = source.span(f"{what}, {self._counter}", language)
        said = [
            ("a", node(f"mg:{kind}")),
            ("mg:expressedIn", provision),
            ("mg:verb", self.verb(verb)),
            ("mg:verbAsWritten", text(verb, "en")),
            ("mg:issuer", issuer),
            ("mg:requiredAct", text(what, language)),
            ("mg:programmeArea", local(f"{self.org}/area/{self._counter % 9}")),
            ("mg:notStated", node("mg:ends")),
            ("mg:textSpan", span),
        ]
        said += [("mg:addressee", one) for one in asked]
        self.writer.add(task, *(pair for pair in said if pair[0] not in omit), *more)
        if "record" not in omit:
            self.record(task, status, span)
        return task

    def record(self, task: str, status: str, span: str, more: Sequence[tuple[str, str]] = ()) -> str:
        """Write what is known of a task's state."""
        return self.writer.add(
            local(f"{self.org}/status-record/{self.key()}"),
            ("a", node("mg:StatusRecord")),
            ("mg:about", task),
            ("mg:mandateStatus", node(f"k:mandate-{status}")),
            ("mg:onDate", day("2026-01-15")),
            ("mg:assertionStatus", node("k:status-stated")),
            ("mg:textSpan", span),
            *more,
        )

    def participation(
        self,
        holder: str,
        source: Source,
        role: str,
        actor: str = "",
        written: str = "",
        certainty: str = "will-participate",
        more: Sequence[tuple[str, str]] = (),
        spanned: bool = True,
    ) -> str:
        """Write who takes part, as a text states it."""
        part = local(f"{self.org}/participation/{self.key()}")
        self.writer.add(
            part,
            ("a", node("mg:Participation")),
            ("mg:role", node(f"k:role-{role}")),
            ("mg:certainty", node(f"k:certainty-{certainty}")),
            ("mg:assertionStatus", node("k:status-stated")),
            *([("mg:actor", actor)] if actor else []),
            *([("mg:asWritten", text(written, "en"))] if written else []),
            *([("mg:textSpan", source.span(written or f"participant {self._counter}"))] if spanned else []),
            *more,
        )
        self.writer.add(holder, ("mg:participation", part))
        return part

    def link(
        self,
        kind: str,
        start: str,
        end: str,
        status: str = "stated",
        span: str = "",
        without: Iterable[str] = (),
        more: Sequence[tuple[str, str]] = (),
        graph: str = "",
    ) -> str:
        """Write a link; a confirmed one with who decided it."""
        omit = set(without)
        said = [
            ("a", node("mg:TraceLink")),
            ("mg:from", start),
            ("mg:to", end),
            ("mg:linkType", node(f"k:link-{kind}")),
            ("mg:assertionStatus", node(f"k:status-{status}")),
        ]
        if span:
            said.append(("mg:textSpan", span))
        if status == "confirmed":
            said += [("mg:decidedBy", self.person()), ("mg:decidedOn", day("2026-03-01"))]
        link = local(f"{self.org}/link/{self.key()}")
        pairs = [pair for pair in said if pair[0] not in omit] + list(more)
        return self.writer.add(link, *pairs, graph=graph) if graph else self.writer.add(link, *pairs)
