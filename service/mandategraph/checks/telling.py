"""Makes findings of results: whose gap, how severe, where in the text, and the sentences that tell it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from mandategraph.checks.catalogue import Catalogue
from mandategraph.checks.lasting_names import lasting_names
from mandategraph.checks.places import Place, Suggestion, counted, joined, open_suggestions, places
from mandategraph.checks.results import Outcome, Result
from mandategraph.checks.shapes import Shape, Sparql
from mandategraph.checks.wording import LANGUAGES, lines_said, quotable
from mandategraph.core.findings import Finding, finding_id
from mandategraph.core.graphs import Graphs
from mandategraph.core.labels import literal_text, shortened
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import BlankNode, Iri, Literal, Term

LONGEST_QUOTATION = 160
LONGEST_WORDS = 100
LONGEST_NAME = 90


class Teller:
    """Tells results in one language; `given` are the terms that every message may name (plan, body, day)."""

    def __init__(
        self,
        store: GraphStore,
        graphs: Graphs,
        catalogue: Catalogue,
        labels: Callable[[Collection[str], str], Mapping[str, str]],
        language: str,
        given: Mapping[str, Sequence[Term]],
    ) -> None:
        self._store, self._graphs, self._catalogue = store, graphs, catalogue
        self._ask_labels, self._language, self._given = labels, language, given
        self._labels: dict[str, str] = {}
        self._places: dict[str, Place] = {}
        self._suggestions: tuple[Suggestion, ...] | None = None
        self._results: dict[str, Result] = {}
        self._learn_labels(str(term) for terms in given.values() for term in terms if isinstance(term, Iri))

    def findings(self, outcome: Outcome, profile: str) -> tuple[Finding, ...]:
        """Return a finding for each result, without the heading, which needs to know what else is found."""
        results = outcome.results
        self._learn_labels(str(term) for result in results for term in _terms(result) if isinstance(term, Iri))
        spoken = (term for result in results for term in (*result.bound("span"), *_things(result)))
        self._learn_places(str(term) for term in spoken if isinstance(term, Iri))
        lasting = self._lasting(results)
        return tuple(self._finding(result, profile, lasting.get(at, "")) for at, result in enumerate(results))

    def with_headings(self, findings: Sequence[Finding], outcome: Outcome) -> tuple[Finding, ...]:
        """Return the findings with the heading of each, which counts those that stand together."""
        together: dict[tuple[str, str], list[Finding]] = {}
        for finding in findings:
            together.setdefault((finding.code, finding.group), []).append(finding)
        headings = {key: self._heading(rows, outcome) for key, rows in together.items()}
        return tuple(replace(one, heading=headings[one.code, one.group]) for one in findings)

    def words_now(self, findings: Iterable[Finding]) -> dict[str, str]:
        """Return the words that each finding's focus has in the text now."""
        found = {str(finding.focus) for finding in findings}
        return {thing: self._places[thing].words for thing in found if thing in self._places}

    def said(self, term: Term) -> str:
        """Return a term in words: a label, a date written out, the text of a literal."""
        if isinstance(term, Iri):
            if term.value not in self._labels:
                self._learn_labels([term.value])
            return self._labels[term.value]
        return literal_text(term, self._language) if isinstance(term, Literal) else str(term)

    def _lasting(self, results: Sequence[Result]) -> dict[int, str]:
        """Return ids that last for the results, by their place, in which a blank node stands."""
        blank = {
            at: [term for term in (one.focus, one.value) if isinstance(term, BlankNode)]
            for at, one in enumerate(results)
        }
        nodes = {term for terms in blank.values() for term in terms}
        names = lasting_names(self._store, self._graphs.public(), nodes)
        found: dict[int, str] = {}
        alike: Counter[str] = Counter()
        for at in (at for at, terms in blank.items() if terms):
            one = results[at]
            focus = BlankNode(names[one.focus]) if isinstance(one.focus, BlankNode) else one.focus
            value = BlankNode(names[one.value]) if isinstance(one.value, BlankNode) else one.value
            name = finding_id(one.code, focus, value)
            alike[name] += 1
            # Which of several of whom the same is said is which, nobody can tell: there are so many.
            found[at] = name if alike[name] == 1 else f"{name}-{alike[name]}"
        return found

    def _finding(self, result: Result, profile: str, lasting: str) -> Finding:
        row = self._catalogue.rows[result.code]
        message = self._catalogue.message(result.code)
        place = self._place(result)
        finding = Finding(
            code=result.code,
            number=row.number,
            severity=row.severities[profile],
            owner=row.owner,
            focus=result.focus,
            value=result.value,
            label=self.said(result.focus),
            heading="",
            message="",
            why="",
            where="",
            todo="",
            lines=place.lines if place else (),
            words=place.words if place else "",
            source=place.source if place else "",
            component=component(self._catalogue.shapes[result.code]),
            lasting=lasting,
            group=listed_key(self._bound(result, message.group)) if message.group else "",
        )
        self._results[finding.id] = result
        numbers = {"k": self._waiting(result)} if message.counts_suggestions else {}

        def lookup(name: str) -> Sequence[str]:
            return self._looked_up(name, result, finding, numbers)

        def said(key: str) -> str:
            template = message.template(self._language, key)
            return template.filled(lookup, self._language) if template else ""

        return replace(finding, message=said("message"), why=said("why"), where=said("where"), todo=said("todo"))

    def _place(self, result: Result) -> Place | None:
        found = [self._places[str(term)] for term in result.bound("span") if str(term) in self._places]
        if found:
            return joined(found)
        return next((self._places[str(term)] for term in _things(result) if str(term) in self._places), None)

    def _heading(self, rows: Sequence[Finding], outcome: Outcome) -> str:
        message = self._catalogue.message(rows[0].code)
        results = [self._results[row.id] for row in rows]
        of = [int(str(term)) for result in results for term in result.bound("of")]
        numbers = {"n": len(rows), "m": max(of, default=outcome.looked_at[rows[0].code])}
        if message.counts_suggestions:
            numbers["k"] = sum(self._waiting(result) for result in results)
        template = message.template(self._language, "heading")
        whole = message.template(self._language, "heading_all")
        if whole is not None and numbers["n"] == numbers["m"] > 1:
            template = whole
        if template is None:
            return ""

        def lookup(name: str) -> Sequence[str]:
            if name in ("n", "m", "k"):
                return [str(numbers[name])]
            found = [
                word
                for row, result in zip(rows, results, strict=True)
                for word in self._looked_up(name, result, row, {})
            ]
            return list(dict.fromkeys(found))

        return template.filled(lookup, self._language)

    def _looked_up(self, name: str, result: Result, finding: Finding, numbers: Mapping[str, int]) -> Sequence[str]:
        if name in numbers:
            return [str(numbers[name])]
        if name in self._given:
            return [self.said(term) for term in self._given[name]]
        if result.bound(name):
            return sorted({self._brief(term) for term in self._bound(result, name)}, key=str.casefold)
        if name == "line":
            return [str(line) for line in finding.lines]
        if name == "lines":
            return [lines_said(finding.lines, self._language)] if finding.lines else []
        if name == "words":
            return [quotable(shortened(finding.words, LONGEST_WORDS), self._language)] if finding.words else []
        return sorted({self._brief(term) for term in self._bound(result, name)}, key=str.casefold)

    def _brief(self, term: Term) -> str:
        """A term in a sentence: a long name cut, the words of a text fit to stand in quotation marks."""
        if isinstance(term, Literal) and term.language:
            return quotable(shortened(term.value, LONGEST_QUOTATION), self._language)
        return shortened(self.said(term), LONGEST_NAME)

    def _bound(self, result: Result, name: str) -> tuple[Term, ...]:
        if name == "focus":
            return (result.focus,)
        if name == "value":
            return () if result.value is None else (result.value,)
        found = result.bound(name)
        # One text in several languages is one thing to say: the reader's language, else English, else any.
        texts = [term for term in found if isinstance(term, Literal) and term.language]
        if texts and len(texts) == len(found):
            for language in (self._language, LANGUAGES[0]):
                chosen = tuple(term for term in texts if term.language == language)
                if chosen:
                    return chosen
        return found

    def _waiting(self, result: Result) -> int:
        if self._suggestions is None:
            self._suggestions = open_suggestions(self._store, self._graphs)
        start = [str(term) for term in result.bound("suggestFrom")]
        within = [str(term) for term in result.bound("suggestWithin")]
        if not start and not within:
            within = [str(result.focus)]
        return counted(self._suggestions, start, within)

    def _learn_labels(self, iris: Iterable[str]) -> None:
        new = sorted(set(iris) - self._labels.keys())
        if new:
            self._labels |= self._ask_labels(new, self._language)

    def _learn_places(self, things: Iterable[str]) -> None:
        new = sorted(set(things) - self._places.keys())
        if new:
            self._places |= places(self._store, self._graphs.public(), new)


def listed_key(terms: Iterable[Term]) -> str:
    """Return what tells one group of rows from another: its terms, not their labels, which change with the language."""
    return " ".join(str(term) for term in terms)


def component(shape: Shape) -> str:
    """Return the local name of the SHACL component that a shape's first constraint is of."""
    first = shape.constraints[0]
    if isinstance(first, Sparql):
        return "SPARQLConstraintComponent"
    return f"{first.parameter[0].upper()}{first.parameter[1:]}ConstraintComponent"


def _terms(result: Result) -> Iterable[Term]:
    yield result.focus
    if result.value is not None:
        yield result.value
    for row in result.rows:
        yield from row.values()


def _things(result: Result) -> Iterable[Term]:
    """What may say where it stands, the nearest first."""
    yield result.focus
    if result.value is not None:
        yield result.value
