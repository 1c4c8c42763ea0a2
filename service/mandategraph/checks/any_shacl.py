"""Any shapes on any data: our own engine, and pySHACL for the shapes that it cannot take."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from mandategraph.checks.shacl.engine import Engine
from mandategraph.checks.shacl.report import REPORT, ending, report_triples
from mandategraph.checks.shacl.results import Outcome
from mandategraph.core.terms import Quad


@dataclass(frozen=True, slots=True)
class AnyReport:
    """
    What a validation says.

    `outcome` is what our engine came to, `others` the results of pySHACL as triples, `notes` what to tell the person
    who asked: which shapes went to pySHACL and why, what was left aside, what looked at nothing.
    """

    outcome: Outcome
    others: tuple[Quad, ...]
    notes: tuple[str, ...]

    @property
    def conforms(self) -> bool:
        """Whether the data conform to all shapes."""
        return self.outcome.conforms and not self.others

    def triples(self) -> Iterator[Quad]:
        """Yield the `sh:ValidationReport`; that the data conform, or do not, comes last."""
        yield from report_triples(self.outcome.results)
        yield from self.others
        yield ending(self.conforms)


def validated(engine: Engine, data: Callable[[], Iterable[Quad]], *, by_reference: bool = False) -> AnyReport:
    """
    Return the report of the shapes of an engine on the data it reads; `data` gives these as triples to pySHACL.

    With `by_reference` everything goes to pySHACL. Raises BadData where it cannot use what it is given.
    """
    roots = engine.shapes.with_targets()
    notes = list(engine.shapes.notes)
    if not roots:
        notes.append("No shape has a target, so no node was looked at.")
        return AnyReport(Outcome((), (), {}), (), tuple(notes))
    if by_reference:
        outcome = Outcome((), (), {shape.node: "" for shape in roots})
    else:
        outcome = engine.validate(roots)
        notes += [f"{engine.shapes.name(node)}: run by pySHACL, since {why}." for node, why in outcome.left.items()]
        idle = [engine.shapes.name(node) for node in outcome.idle]
        if idle and len(idle) == len(roots):
            notes.append("No shape found a node to look at: the targets name nothing in the data.")
        elif idle:
            notes.append(f"Found no node to look at: {', '.join(idle)}.")
    others: tuple[Quad, ...] = ()
    if outcome.left:
        # pySHACL and rdflib take most of a second to come in.
        from mandategraph.checks.shacl.others import by_pyshacl, results_in

        report = by_pyshacl(data(), engine.shapes.graph, None if by_reference else outcome.left)
        others = tuple(results_in(report, REPORT))
    return AnyReport(outcome, others, tuple(notes))
