"""The nodes a shape looks at, as patterns that bind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mandategraph.checks.shacl.conformance import any_of, triple
from mandategraph.checks.shacl.literals import Literals
from mandategraph.checks.shacl.model import Target
from mandategraph.checks.shacl.paths import Path
from mandategraph.core.terms import Iri, Term


@dataclass(frozen=True, slots=True)
class Focus:
    """
    A pattern that binds a variable to focus nodes; a node may come more than once.

    `is_once` says that none does. `contains` gives the expression that a node is among them, where there is one.
    `is_few` says that they are so few that nothing is gained by narrowing them first.
    """

    write: Callable[[str], str]
    is_once: bool = False
    contains: Callable[[str], str] | None = None
    is_few: bool = False

    def distinct(self, variable: str = "?this") -> str:
        """Return the pattern with each node once."""
        text = self.write(variable)
        return text if self.is_once else f"{{ SELECT DISTINCT {variable} WHERE {{ {text} }} }}"

    def along(self, path: Path | None) -> Focus:
        """Return the values of a path from these nodes as focus nodes."""
        if path is None:
            return self

        def write(variable: str) -> str:
            # Inside a sub-select of its own the name of the nodes before is nobody else's.
            before = "?before" if variable != "?before" else "?earlier"
            pairs = values_of(self, path, before, variable)
            return f"{{ SELECT DISTINCT {variable} WHERE {{ {pairs} }} }}"

        return Focus(write, is_once=True)


def values_of(focus: Focus, path: Path | None, start: str = "?this", end: str = "?value") -> str:
    """Return the pattern of focus nodes and the values of a path; of no path a node is its own value."""
    here = f"{focus.write(start)} BIND({start} AS {end})"
    if path is None:
        return here
    nothing, rest = path.split
    way = f"{focus.write(start)} {triple(start, rest, end)} ."
    return f"{{ {here} }} UNION {{ {way} }}" if nothing else way


def of_targets(
    targets: Sequence[Target],
    classes: Callable[[Iri], Sequence[Iri]],
    literals: Literals,
) -> Focus:
    """
    Return the nodes of some targets.

    >>> of_targets([Target("targetClass", Iri("urn:C"))], lambda one: [one], Literals()).write("?this")
    '?this a <urn:C> .'
    """
    nodes: dict[str, None] = {}
    kinds: dict[str, None] = {}
    ways: list[_Way] = []
    for target in targets:
        if target.kind == "targetNode":
            nodes[literals.sparql(target.of)] = None
        elif target.kind == "targetClass" and isinstance(target.of, Iri):
            kinds |= dict.fromkeys(one.sparql() for one in classes(target.of))
        else:
            ways.append(_uses(target.of, is_subject=target.kind == "targetSubjectsOf"))
    if kinds:
        ways.insert(0, _instances(tuple(kinds)))
    if nodes:
        ways.append(_listed(tuple(nodes)))
    is_once = len(ways) == 1 and (bool(nodes) or len(kinds) == 1)

    def contains(variable: str) -> str:
        return any_of(way.contains(variable) for way in ways)

    if len(ways) == 1:
        return Focus(ways[0].write, is_once, contains)
    return Focus(lambda variable: " UNION ".join(f"{{ {way.write(variable)} }}" for way in ways), False, contains)


@dataclass(frozen=True, slots=True)
class _Way:
    write: Callable[[str], str]
    contains: Callable[[str], str]


def _instances(kinds: tuple[str, ...]) -> _Way:
    def contains(variable: str) -> str:
        return any_of(f"EXISTS {{ {variable} a {kind} }}" for kind in kinds)

    if len(kinds) == 1:
        return _Way(lambda variable: f"{variable} a {kinds[0]} .", contains)
    listed = " ".join(kinds)
    return _Way(lambda variable: f"VALUES {variable}_kind {{ {listed} }} {variable} a {variable}_kind .", contains)


def _listed(nodes: tuple[str, ...]) -> _Way:
    return _Way(
        lambda variable: f"VALUES {variable} {{ {' '.join(nodes)} }}",
        lambda variable: any_of(f"sameTerm({variable}, {node})" for node in nodes),
    )


def _uses(predicate: Term, *, is_subject: bool) -> _Way:
    def write(variable: str) -> str:
        pair = (variable, f"{variable}_other") if is_subject else (f"{variable}_other", variable)
        return f"{pair[0]} <{predicate}> {pair[1]} ."

    return _Way(write, lambda variable: f"EXISTS {{ {write(variable).rstrip(' .')} }}")
