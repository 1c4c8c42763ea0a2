"""From a shapes graph to shapes; whatever is not SHACL is refused with the shape, the place and the rule."""

from __future__ import annotations

from collections.abc import Iterable

from mandategraph.checks.shacl.components import Component, custom_queries, read_components, sparql_queries
from mandategraph.checks.shacl.graph import Node, ShapesGraph, short
from mandategraph.checks.shacl.model import Closed, Constraint, Logic, Qualified, Shape, Shapes, Target, Test
from mandategraph.checks.shacl.parameters import BESIDE, LIST_OF, PARAMETERS, SAID, Parameter, is_true, why_not
from mandategraph.checks.shacl.paths import Path, read_path
from mandategraph.core.errors import BadData, nearest
from mandategraph.core.namespaces import OWL, RDFS, SH
from mandategraph.core.terms import Iri, Literal, Quad, Term

_TARGETS = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")
_BEYOND = {"target": "it has a target written in SPARQL (SHACL-AF)", "expression": "it has an expression (SHACL-AF)"}


def read_shapes(quads: Iterable[Quad]) -> Shapes:
    """
    Return the shapes of a graph.

    Raises BadData for what SHACL calls ill-formed, for a parameter of SHACL's vocabulary that there is not, and for
    shapes that need each other in a circle.
    """
    graph = ShapesGraph(quads)
    components = read_components(graph)
    by_node = {node: _Reader(graph, node, components).shape() for node in _shape_nodes(graph, components)}
    notes = tuple(
        f"{graph.name(node)}: its sh:rule is left aside; a check derives nothing"
        for node in graph.subjects(SH + "rule")
    )
    shapes = Shapes(by_node, graph, notes)
    _refuse_circles(shapes)
    return shapes


def _shape_nodes(graph: ShapesGraph, components: Iterable[Component]) -> dict[Node, None]:
    found: dict[Node, None] = {}
    for kind in ("Shape", "NodeShape", "PropertyShape"):
        found |= dict.fromkeys(graph.instances(SH + kind))
    own = [parameter.value for component in components for parameter, _ in component.parameters]
    for name in (*PARAMETERS, *BESIDE, *_TARGETS, "target", "expression", "js"):
        found |= dict.fromkeys(graph.subjects(SH + name))
    for name in own:
        found |= dict.fromkeys(graph.subjects(name))
    # The parameters of a component look like property shapes and demand nothing of the data.
    for node in graph.subjects(SH + "parameter"):
        for parameter in graph.objects(node, SH + "parameter"):
            if not isinstance(parameter, Literal):
                found.pop(parameter, None)
    for node in tuple(found):
        for name, parameter_of in PARAMETERS.items():
            if parameter_of.takes in ("shape", "shapes"):
                place = f"{graph.name(node)}, sh:{name}"
                for value in graph.objects(node, SH + name):
                    members = graph.items(value, place) if parameter_of.takes == "shapes" else (value,)
                    found |= dict.fromkeys(one for one in members if not isinstance(one, Literal))
    return found


class _Reader:
    """Reads one shape."""

    def __init__(self, graph: ShapesGraph, node: Node, components: Iterable[Component]) -> None:
        self.graph, self.node, self.components = graph, node, components
        self.name = graph.name(node)

    def shape(self) -> Shape:
        """Return the shape; BadData where it is ill-formed."""
        self._refuse_unknown()
        path = self._path()
        severities = self._objects("severity")
        if len(severities) > 1 or any(not isinstance(one, Iri) for one in severities):
            raise self._bad("severity", "it is one address")
        severity = severities[0] if severities and isinstance(severities[0], Iri) else Iri(SH + "Violation")
        messages = tuple(one for one in self._objects("message") if isinstance(one, Literal))
        constraints = [
            *self._tests(path),
            *self._logic(path),
            *self._qualified(path),
            *self._closed(),
            *sparql_queries(self.graph, self.node, path is not None),
            *custom_queries(self.graph, self.node, path is not None, self.components),
        ]
        return Shape(
            self.node,
            path,
            self._targets(),
            tuple(constraints),
            severity,
            any(is_true(one) for one in self._objects("deactivated")),
            messages,
            "; ".join(why for name, why in _BEYOND.items() if self._objects(name)),
            bool(self._objects("target")),
        )

    def _refuse_unknown(self) -> None:
        for predicate in self.graph.predicates(self.node):
            name = predicate.removeprefix(SH)
            if predicate.startswith(SH) and name not in PARAMETERS and name not in BESIDE and name not in SAID:
                near = nearest(name, [*PARAMETERS, *BESIDE, *SAID], most=1)
                hint = f" Did you mean sh:{near[0]}?" if near else ""
                raise BadData(f"{self.name}: SHACL has no sh:{name}.{hint}")
        if self._objects("js"):
            raise BadData(f"{self.name}: sh:js is a program in JavaScript, which is not run here.")

    def _path(self) -> Path | None:
        paths = self._objects("path")
        is_property = self.node in self.graph.instances(SH + "PropertyShape")
        if len(paths) > 1:
            raise self._bad("path", "a property shape has one path")
        if is_property and not paths:
            raise self._bad("path", "a property shape has a path")
        if paths and self.node in self.graph.instances(SH + "NodeShape"):
            raise self._bad("path", "a node shape has no path")
        return read_path(self.graph, paths[0], f"{self.name}, sh:path") if paths else None

    def _targets(self) -> tuple[Target, ...]:
        found = []
        for kind in _TARGETS:
            for value in self._objects(kind):
                if (kind == "targetNode" and isinstance(value, Iri | Literal)) or isinstance(value, Iri):
                    found.append(Target(kind, value))
                else:
                    raise self._bad(kind, f"its value is an address, not {_shown(value)}")
        if isinstance(self.node, Iri) and self._is_class_and_shape():
            found.append(Target("targetClass", self.node))
        return tuple(dict.fromkeys(found))

    def _is_class_and_shape(self) -> bool:
        classes = {*self.graph.instances(RDFS + "Class"), *self.graph.instances(OWL + "Class")}
        return self.node in classes and any(
            self.node in self.graph.instances(SH + kind) for kind in ("NodeShape", "PropertyShape")
        )

    def _tests(self, path: Path | None) -> list[Constraint]:
        found: list[Constraint] = []
        for name, parameter in PARAMETERS.items():
            if parameter.takes in ("shape", "shapes", "node") or name == "closed":
                continue
            for value in self._values(name, parameter, path):
                if name == "uniqueLang":
                    if not is_true(value):
                        continue
                    terms: tuple[Term, ...] = ()
                elif parameter.takes in LIST_OF:
                    terms = self.graph.items(value, f"{self.name}, sh:{name}")
                elif name == "pattern":
                    terms = (value, *self._values("flags", BESIDE["flags"], path))
                else:
                    terms = (value,)
                found.append(Test(parameter.component, name, terms))
        return found

    def _logic(self, path: Path | None) -> list[Constraint]:
        found: list[Constraint] = []
        for name, parameter in PARAMETERS.items():
            if parameter.takes not in ("shape", "shapes") or name == "qualifiedValueShape":
                continue
            for value in self._values(name, parameter, path):
                members = (
                    self.graph.items(value, f"{self.name}, sh:{name}") if parameter.takes == "shapes" else (value,)
                )
                nodes = tuple(one for one in members if not isinstance(one, Literal))
                if name == "property" and not all(self.graph.objects(one, SH + "path") for one in nodes):
                    raise self._bad(name, "its value is a property shape, which has a path")
                if name == "node" and any(self.graph.objects(one, SH + "path") for one in nodes):
                    raise self._bad(name, "its value is a node shape, which has no path")
                found.append(Logic(parameter.component, name, nodes))
        return found

    def _qualified(self, path: Path | None) -> list[Constraint]:
        found: list[Constraint] = []
        # On a node shape these say nothing, and the standard lets them stand.
        if path is None:
            return found
        mine = self._values("qualifiedValueShape", PARAMETERS["qualifiedValueShape"], path)
        disjoint = self._values("qualifiedValueShapesDisjoint", BESIDE["qualifiedValueShapesDisjoint"], path)
        siblings = self._siblings(mine) if any(is_true(one) for one in disjoint) else ()
        for name in ("qualifiedMinCount", "qualifiedMaxCount"):
            for count in self._values(name, BESIDE[name], path):
                for shape in mine:
                    if not isinstance(shape, Literal):
                        found.append(Qualified(BESIDE[name].component, name, int(str(count)), shape, siblings))
        return found

    def _siblings(self, mine: Iterable[Term]) -> tuple[Node, ...]:
        found: dict[Node, None] = {}
        for parent in self.graph.subjects(SH + "property"):
            properties = self.graph.objects(parent, SH + "property")
            if self.node in properties:
                for one in properties:
                    for shape in self.graph.objects(one, SH + "qualifiedValueShape"):
                        if shape not in set(mine) and not isinstance(shape, Literal):
                            found[shape] = None
        return tuple(found)

    def _closed(self) -> list[Constraint]:
        parameter = PARAMETERS["closed"]
        if not any(is_true(one) for one in self._values("closed", parameter, None)):
            return []
        allowed: list[Iri] = []
        for head in self._values("ignoredProperties", BESIDE["ignoredProperties"], None):
            items = self.graph.items(head, f"{self.name}, sh:ignoredProperties")
            allowed += [one for one in items if isinstance(one, Iri)]
        for shape in self._objects("property"):
            allowed += [one for one in self.graph.objects(shape, SH + "path") if isinstance(one, Iri)]
        return [Closed(parameter.component, "closed", tuple(dict.fromkeys(allowed)))]

    def _values(self, name: str, parameter: Parameter, path: Path | None) -> tuple[Term, ...]:
        values = self._objects(name)
        if values and parameter.path and path is None:
            raise self._bad(name, "it stands in a property shape only, which has a path")
        if len(values) > 1 and parameter.once:
            raise self._bad(name, f"a shape has one of these at most, not {len(values)}")
        for value in values:
            is_list = parameter.takes in LIST_OF
            for one in self.graph.items(value, f"{self.name}, sh:{name}") if is_list else (value,):
                wanted = why_not(parameter.takes, one)
                if wanted:
                    raise self._bad(name, f"its value is {wanted}, not {_shown(one)}")
        return values

    def _objects(self, name: str) -> tuple[Term, ...]:
        return self.graph.objects(self.node, SH + name)

    def _bad(self, name: str, rule: str) -> BadData:
        return BadData(f"{self.name}, sh:{name}: {rule}.")


def _shown(term: Term) -> str:
    if isinstance(term, Literal):
        return term.sparql().replace(f"<{term.datatype}>", short(term.datatype))
    return str(term)


def _refuse_circles(shapes: Shapes) -> None:
    done: set[Node] = set()

    def follow(node: Node, above: tuple[Node, ...]) -> None:
        if node in above:
            circle = [*above[above.index(node) :], node]
            said = " → ".join(shapes.name(one) for one in circle)
            raise BadData(f"Shapes that need each other in a circle have no meaning in SHACL: {said}.")
        if node in done or node not in shapes.by_node:
            return
        for _, below in shapes.by_node[node].refers_to():
            follow(below, (*above, node))
        done.add(node)

    for node in shapes.by_node:
        follow(node, ())
