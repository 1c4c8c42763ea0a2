"""The triples of a shapes graph, and how to name a node of it to a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mandategraph.core.errors import BadData
from mandategraph.core.namespaces import PREFIXES, RDF, RDFS, SH
from mandategraph.core.terms import BlankNode, Iri, Literal, Quad, Term

Node = Iri | BlankNode
TYPE = RDF + "type"
_NIL = Iri(RDF + "nil")


class ShapesGraph:
    """
    The triples of some shapes, graphs aside.

    >>> shape, path = Iri("urn:s"), Iri("http://www.w3.org/ns/shacl#path")
    >>> graph = ShapesGraph([Quad(shape, path, Iri("urn:p"))])
    >>> graph.objects(shape, path.value)
    (Iri(value='urn:p'),)
    """

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._said: dict[Node, dict[str, dict[Term, None]]] = {}
        self._by: dict[str, dict[Node, None]] = {}
        self._above: dict[Term, list[tuple[Node, str]]] = {}
        for quad in quads:
            known = self._said.setdefault(quad.subject, {}).setdefault(quad.predicate.value, {})
            if quad.object not in known:
                known[quad.object] = None
                self._by.setdefault(quad.predicate.value, {})[quad.subject] = None
                self._above.setdefault(quad.object, []).append((quad.subject, quad.predicate.value))

    def objects(self, subject: Term, predicate: str) -> tuple[Term, ...]:
        """Return what a node says by a predicate, in the order of the file."""
        if isinstance(subject, Literal):
            return ()
        return tuple(self._said.get(subject, {}).get(predicate, ()))

    def predicates(self, subject: Node) -> tuple[str, ...]:
        """Return the predicates that a node uses."""
        return tuple(self._said.get(subject, {}))

    def subjects(self, predicate: str) -> tuple[Node, ...]:
        """Return the nodes that use a predicate."""
        return tuple(self._by.get(predicate, ()))

    def triples(self) -> Iterator[Quad]:
        """Yield every triple."""
        for subject, said in self._said.items():
            for predicate, values in said.items():
                for value in values:
                    yield Quad(subject, Iri(predicate), value)

    def instances(self, of: str) -> tuple[Node, ...]:
        """Return the instances of a class and of its subclasses, as far as this graph tells."""
        classes: dict[Term, None] = {Iri(of): None}
        waiting: list[Term] = [Iri(of)]
        while waiting:
            for below, predicate in self._above.get(waiting.pop(), ()):
                if predicate == RDFS + "subClassOf" and below not in classes:
                    classes[below] = None
                    waiting.append(below)
        return tuple(
            dict.fromkeys(node for one in classes for node, predicate in self._above.get(one, ()) if predicate == TYPE)
        )

    def is_list(self, head: Term) -> bool:
        """Whether a node is the head of a list."""
        return head == _NIL or bool(self.objects(head, RDF + "first"))

    def items(self, head: Term, place: str) -> tuple[Term, ...]:
        """Return the members of a list; BadData, naming the place, where it is no proper one."""
        found: list[Term] = []
        seen: set[Term] = set()
        while head != _NIL:
            first, rest = self.objects(head, RDF + "first"), self.objects(head, RDF + "rest")
            if len(first) != 1 or len(rest) != 1 or head in seen:
                raise BadData(f"{place}: this is no well-formed list.")
            seen.add(head)
            found.append(first[0])
            head = rest[0]
        return tuple(found)

    def name(self, node: Term) -> str:
        """
        Return how to call a node in a message: its address, or how it hangs on a node that has one.

        >>> shape, inner = Iri("urn:s"), BlankNode("b0")
        >>> sh = "http://www.w3.org/ns/shacl#"
        >>> said = [Quad(shape, Iri(sh + "property"), inner), Quad(inner, Iri(sh + "path"), Iri("urn:p"))]
        >>> ShapesGraph(said).name(inner)
        'the sh:property with path urn:p of urn:s'
        """
        return self._name(node, ())

    def _name(self, node: Term, below: tuple[Term, ...]) -> str:
        if not isinstance(node, BlankNode):
            return str(node)
        owners = self._above.get(node, ())
        if not owners or node in below:
            return "a shape without a name"
        owner, predicate = owners[0]
        if predicate in (RDF + "first", RDF + "rest"):
            return self._name(owner, (*below, node)).replace("the list", "a member of the list", 1)
        path = next((str(one) for one in self.objects(node, SH + "path") if isinstance(one, Iri)), "")
        what = "the list" if self.is_list(node) else "the"
        said = f"{what} {short(predicate)}" + (f" with path {path}" if path else "")
        return f"{said} of {self._name(owner, (*below, node))}"


def short(iri: str) -> str:
    """
    Return an address with its usual prefix.

    >>> short("http://www.w3.org/ns/shacl#minCount")
    'sh:minCount'
    """
    for prefix, space in PREFIXES.items():
        if iri.startswith(space) and "/" not in iri[len(space) :] and "#" not in iri[len(space) :]:
            return f"{prefix}:{iri[len(space) :]}"
    return iri
