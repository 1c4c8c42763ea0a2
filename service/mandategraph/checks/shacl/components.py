"""Demands written in SPARQL: `sh:sparql` of a shape, and constraint components that somebody declared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mandategraph.checks.shacl.graph import Node, ShapesGraph
from mandategraph.checks.shacl.model import Query
from mandategraph.checks.shacl.parameters import PARAMETERS, is_true
from mandategraph.checks.shacl.prebinding import refuse_unsupported
from mandategraph.core.errors import BadData
from mandategraph.core.namespaces import OWL, SH
from mandategraph.core.terms import Iri, Literal, Term


@dataclass(frozen=True, slots=True)
class Component:
    """A constraint component: its parameters (the predicate, and whether it may be absent) and its validators."""

    node: Node
    parameters: tuple[tuple[Iri, bool], ...]


def read_components(graph: ShapesGraph) -> tuple[Component, ...]:
    """Return the components a shapes graph declares; BadData for one without a parameter or a validator."""
    found = []
    for node in graph.instances(SH + "ConstraintComponent"):
        if str(node).startswith(SH):
            continue
        parameters = []
        for parameter in graph.objects(node, SH + "parameter"):
            paths = graph.objects(parameter, SH + "path")
            if len(paths) != 1 or not isinstance(paths[0], Iri):
                raise BadData(f"{graph.name(node)}, sh:parameter: a parameter has one sh:path, which is an address.")
            optional = any(is_true(one) for one in graph.objects(parameter, SH + "optional"))
            parameters.append((paths[0], optional))
        if not any(not optional for _, optional in parameters):
            raise BadData(f"{graph.name(node)}, sh:parameter: a component has a parameter that is not optional.")
        found.append(Component(node, tuple(parameters)))
    return tuple(found)


def sparql_queries(graph: ShapesGraph, shape: Node, has_path: bool) -> list[Query]:
    """Return the `sh:sparql` constraints of a shape."""
    found = []
    for source in graph.objects(shape, SH + "sparql"):
        place = f"{graph.name(shape)}, sh:sparql"
        if isinstance(source, Literal):
            raise BadData(f"{place}: its value is a node, not a text.")
        if any(is_true(one) for one in graph.objects(source, SH + "deactivated")):
            continue
        text = _text(graph, source, "select", place)
        query = Query(
            PARAMETERS["sparql"].component, "sparql", "select", text, _prefixes(graph, source, place),
            _messages(graph, source), source,
        )  # fmt: skip
        refuse_unsupported(query, place, has_path)
        found.append(query)
    return found


def custom_queries(graph: ShapesGraph, shape: Node, has_path: bool, components: Iterable[Component]) -> list[Query]:
    """Return what a shape demands by the parameters of declared components."""
    found = []
    for component in components:
        needed = [parameter for parameter, optional in component.parameters if not optional]
        given = {parameter: graph.objects(shape, parameter.value) for parameter, _ in component.parameters}
        if not all(given[parameter] for parameter in needed):
            continue
        place = f"{graph.name(shape)}, component {graph.name(component.node)}"
        if len(component.parameters) > 1 and any(len(values) > 1 for values in given.values()):
            raise BadData(f"{place}: of several parameters each has one value.")
        first = component.parameters[0][0]
        validator, name = _validator(graph, component, has_path, place)
        for value in given[first] or (None,):
            bound: list[tuple[str, Term]] = []
            absent = []
            for parameter, _ in component.parameters:
                said = value if parameter == first else next(iter(given[parameter]), None)
                local = _local(parameter)
                if said is None:
                    absent.append(local)
                else:
                    bound.append((local, said))
            form = "ask" if name == "validator" else "select"
            query = Query(
                component=Iri(str(component.node)), name=name, form=form, text=_text(graph, validator, form, place),
                prefixes=_prefixes(graph, validator, place),
                messages=_messages(graph, validator) or _messages(graph, component.node),
                bound=tuple(bound), absent=tuple(absent),
            )  # fmt: skip
            refuse_unsupported(query, place, has_path)
            found.append(query)
    return found


def _validator(graph: ShapesGraph, component: Component, has_path: bool, place: str) -> tuple[Node, str]:
    for name in ("propertyValidator" if has_path else "nodeValidator", "validator"):
        for validator in graph.objects(component.node, SH + name):
            if not isinstance(validator, Literal):
                return validator, name
    raise BadData(f"{place}: it has no validator for {'property' if has_path else 'node'} shapes.")


def _local(parameter: Iri) -> str:
    text = parameter.value
    cut = max(text.rfind("#"), text.rfind("/"), text.rfind(":"))
    return text[cut + 1 :]


def _text(graph: ShapesGraph, node: Node, name: str, place: str) -> str:
    texts = graph.objects(node, SH + name)
    if len(texts) != 1 or not isinstance(texts[0], Literal):
        raise BadData(f"{place}: it has one sh:{name}, which is a text.")
    return texts[0].value


def _messages(graph: ShapesGraph, node: Node) -> tuple[Literal, ...]:
    return tuple(one for one in graph.objects(node, SH + "message") if isinstance(one, Literal))


def _prefixes(graph: ShapesGraph, node: Node, place: str) -> tuple[tuple[str, str], ...]:
    declared: dict[str, str] = {}
    waiting = list(graph.objects(node, SH + "prefixes"))
    seen: set[Term] = set()
    while waiting:
        owner = waiting.pop()
        if owner in seen:
            continue
        seen.add(owner)
        waiting += graph.objects(owner, OWL + "imports")
        for declaration in graph.objects(owner, SH + "declare"):
            prefixes, spaces = graph.objects(declaration, SH + "prefix"), graph.objects(declaration, SH + "namespace")
            if len(prefixes) != 1 or len(spaces) != 1:
                raise BadData(f"{place}, sh:prefixes: a declaration has one sh:prefix and one sh:namespace.")
            prefix, space = str(prefixes[0]), str(spaces[0])
            if declared.setdefault(prefix, space) != space:
                raise BadData(f"{place}, sh:prefixes: “{prefix}:” is declared as two things.")
    return tuple(sorted(declared.items()))
