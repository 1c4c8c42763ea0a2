"""Updates made up at random: whatever passes the gate changes no protected graph and gives nothing hidden away."""

import random

import pyoxigraph as ox
import pytest

from mandategraph.core.errors import MandateGraphError
from mandategraph.core.update_gate import Reach, admit_update

FACTS, INTERNAL = "urn:x:facts", "urn:x:internal"
REACH = Reach(frozenset([FACTS, INTERNAL]), frozenset([INTERNAL]))
PROLOGUES = (
    "",
    "PREFIX x: <urn:x:> PREFIX y: <urn:> ",
    "BASE <urn:x:> ",
    "BASE <urn:x:> PREFIX x: <> ",
    "PREFIX x:<urn:x:>PREFIX trueGRAPHx: <urn:x:> ",
)
GRAPHS = (
    f"<{FACTS}>",
    f"<{INTERNAL}>",
    "<urn:x:\\u0069nternal>",
    "<urn:o>",
    "<urn:new>",
    "<internal>",
    "x:internal",
    "x:facts",
    "y:o",
    "?g",
    "$g",
    "trueGRAPH",
)
TRIPLES = (
    "?s ?p ?o",
    "<urn:s> <urn:p> ?o",
    "?s <urn:g> ?g",
    "?s ?p true",
    "<urn:n> <urn:n> ?o",
    "?s ?p ?o, ?g",
    "?s ?p [ ]",
    "?a ?b ?c",
)


class Writer:
    """Writes updates that are nearly right."""

    def __init__(self, seed):
        self.chance = random.Random(seed)  # noqa: S311

    def one(self, *choices):
        return self.chance.choice(choices)

    def gap(self):
        return self.one("", " ", " ", "\n", " #x\n")

    def graph(self):
        return self.one(*GRAPHS)

    def within(self, inner):
        return f"{self.one('GRAPH', 'graph')}{self.gap()}{self.graph()}{self.gap()}{{{inner}}}"

    def pattern(self, depth):
        parts = []
        for _ in range(self.chance.randint(1, 3)):
            inner = self.pattern(depth - 1) if depth else self.one(*TRIPLES)
            parts.append(
                self.one(
                    self.one(*TRIPLES),
                    self.within(inner),
                    self.within(inner),
                    f"OPTIONAL{{{inner}}}",
                    f"{{{inner}}}UNION{{{self.within(inner)}}}",
                    f"{{SELECT * WHERE{{{inner}}}}}",
                    f"FILTER EXISTS{{{inner}}}",
                    f"BIND({self.graph()} AS ?g)",
                    f"VALUES ?g {{{self.graph()}}}",
                    f"MINUS{{{inner}}}",
                )
            )
        return self.one(" . ", " ", ".").join(parts)

    def template(self):
        quads = (self.one(f"{self.one(*TRIPLES)} .", self.within(self.one(*TRIPLES))) for _ in range(2))
        return " ".join(quads)

    def whole(self):
        return self.one("DEFAULT", self.graph(), f"GRAPH{self.gap()}{self.graph()}")

    def operation(self):
        gap = self.gap()
        using = "".join(
            f"USING{gap}{self.one('', 'NAMED')}{gap}{self.graph()} " for _ in range(self.chance.randint(0, 2))
        )
        parts = f"{self.one('', f'WITH{gap}{self.graph()} ')}{self.one('', f'DELETE{gap}{{{self.template()}}}')}"
        return self.one(
            f"{self.one('INSERT', 'DELETE')}{gap}DATA{{{self.template()}}}",
            f"DELETE{gap}WHERE{{{self.template()}}}",
            f"{self.one('CLEAR', 'DROP')}{gap}{self.one('', 'SILENT ')}{self.one('NAMED', 'ALL', self.whole())}",
            f"{self.one('ADD', 'MOVE', 'COPY')}{gap}{self.whole()}{gap}TO{gap}{self.whole()}",
            *[f"{parts}INSERT{gap}{{{self.template()}}}{using}WHERE{gap}{{{self.pattern(2)}}}"] * 3,
        )

    def update(self):
        text = self.one(*PROLOGUES) + self.operation()
        while self.chance.random() < 0.25:
            text += f"{self.gap()};{self.gap()}{self.one(*PROLOGUES)}{self.operation()}"
        if self.chance.random() < 0.1:
            at = self.chance.randrange(len(text))
            text = text[:at] + self.one("", "{", "}", "GRAPH", "<", "\\", '"', "#", ";") + text[at + 1 :]
        return text


def held(store):
    """Everything in a store, as lines."""
    return {str(quad) for quad in store}


def kept(store):
    """What lies in the protected graphs."""
    return [set(store.quads_for_pattern(None, None, None, ox.NamedNode(graph))) for graph in (FACTS, INTERNAL)]


@pytest.mark.parametrize("seed", range(3))
def test_no_way_around_the_gate(seed):
    """What passes is run, and the graphs are looked at."""
    writer = Writer(seed)
    changed = 0
    for _ in range(700):
        text = writer.update()
        try:
            admitted = admit_update(text, REACH, using=writer.one(["urn:o"], [], []))
        except MandateGraphError:
            continue
        store = ox.Store()
        subject, predicate = ox.NamedNode("urn:s"), ox.NamedNode("urn:p")
        for graph, words in ((FACTS, "public"), (INTERNAL, "secret"), ("urn:o", "open")):
            store.add(ox.Quad(subject, predicate, ox.Literal(words), ox.NamedNode(graph)))
        for graph in (FACTS, INTERNAL):
            store.add(ox.Quad(subject, ox.NamedNode("urn:g"), ox.NamedNode(graph)))
        before, protected = held(store), kept(store)
        try:
            store.update(admitted.text)
        except (SyntaxError, RuntimeError, ValueError):
            continue
        after = held(store)
        changed += after != before
        assert kept(store) == protected, text
        assert not any("secret" in line for line in after - before), text
    assert changed > 10
