"""
Hostile and broken inputs at the gate and at the doors of a running service: nothing crashes, hangs or answers 5xx.

    python bench/fuzz.py --inputs 100000 --seed 1

Nine of ten go to the gates in this process, each of which must say yes, no or malformed within a second of the
processor's time; the rest go to /sparql, /update and /graphs of a service with short deadlines, which must answer each
with 2xx, 4xx, 503 or 507 and be the same process afterwards. The same seed makes the same inputs. Exit status 1 where
something is found.
"""

from __future__ import annotations

import argparse
import http.client
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from mandategraph.core.errors import MalformedQuery, RefusedQuery
from mandategraph.core.gate import admit
from mandategraph.core.graphs import Graphs
from mandategraph.core.update_gate import Reach, admit_update
from mandategraph.library import Library

SLOW_SECONDS = 1.0
# With what a request may take in the service that is fuzzed; and what is kind to a loaded machine.
_SETTINGS = {"MANDATEGRAPH_QUERY_SECONDS": "2", "MANDATEGRAPH_WRITE_SECONDS": "5"}
_PATIENCE_SECONDS = 60.0
_CLIENTS = 4

_WORDS = (
    *("SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "WHERE", "FROM", "NAMED", "GRAPH", "OPTIONAL", "UNION", "MINUS"),
    *("FILTER", "EXISTS", "NOT", "BIND", "VALUES", "UNDEF", "SERVICE", "SILENT", "LOAD", "CLEAR", "DROP", "ALL"),
    *("DEFAULT", "CREATE", "ADD", "MOVE", "COPY", "TO", "INTO", "WITH", "USING", "INSERT", "DELETE", "DATA", "BASE"),
    *("PREFIX", "ORDER", "BY", "GROUP", "HAVING", "LIMIT", "OFFSET", "DISTINCT", "REDUCED", "AS", "COUNT", "SUM"),
    *("REGEX", "STRLANG", "LATERAL", "a", "true", "false"),
)
_SIGNS = [
    *"{}()[]<>.,;:|/^?*+!=&@#$\\'\"",
    "<<",
    ">>",
    "{|",
    "|}",
    "^^",
    "&&",
    "||",
    "<urn:x>",
    "?x",
    "_:b",
    '"""',
    "'''",
]
_ODD = [
    "\x00",
    "\ufeff",
    "\u202e",
    "\ud800",
    "\U0010ffff",
    "é",
    "\\u003C",
    "\\U0000003E",
    "\\ud83d",
    "#\n",
    "\r",
    "%00",
]
_DATA = [
    "<urn:a> <urn:b> <urn:c> .",
    "@prefix : <urn:> . :a :b [ :c ( 1 2.5 'x'@en ) ] .",
    '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
    '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><r>&b;</r>',
    '{"@context": {"p": "urn:p"}, "@id": "urn:a", "p": [1, {"@value": "x"}]}',
    '{"@context": "http://127.0.0.1:9/", "@id": "urn:a"}',
    "<urn:a> <urn:b> <urn:c> <urn:g> .",
]
_BRACKETS = (
    *(("{", "}"), ("(", ")"), ("[", "]"), ("<<", ">>"), ("!", ""), ("-", ""), ("^", ""), ("<urn:p>/", "")),
    *(("{ } UNION {", "}"), ("FILTER EXISTS {", "}"), ("OPTIONAL {", "}"), ("{ SELECT * {", "} }")),
)
_FRAMES = (
    ("SELECT * WHERE {", "?s ?p ?o", "}"),
    ("ASK { FILTER(", "1", ") }"),
    ("ASK { ?s ", "<urn:p>", " ?o }"),
    ("INSERT DATA {", "<urn:a> <urn:b> 1", "}"),
    ("DELETE { ?s ?p ?o } WHERE {", "?s ?p ?o", "}"),
)
MEDIA_TYPES = (
    "text/turtle",
    "application/n-triples",
    "application/rdf+xml",
    "application/ld+json",
    "application/trig",
    "application/n-quads",
    "multipart/form-data; boundary=x",
)


class Inputs:
    """
    Broken and hostile texts, made of good ones: cut, joined, nested, repeated, spoilt. The same seed, the same texts.

    >>> inputs = Inputs(["ASK { ?s ?p ?o }"], 1)
    >>> inputs.text() == Inputs(["ASK { ?s ?p ?o }"], 1).text()
    True
    """

    def __init__(self, good: list[str], seed: int) -> None:
        self._good = good
        self.chance = random.Random(seed)  # noqa: S311  (no secret)

    def text(self) -> str:
        """Return the next text of a query or an update."""
        chance = self.chance
        if chance.random() < 0.15:
            return self._nest()
        if chance.random() < 0.15:
            return " ".join(chance.choices([*_WORDS, *_SIGNS, "?s ?p ?o"], k=chance.randint(1, 60)))
        return self._spoilt(chance.choice(self._good))

    def data(self) -> str:
        """Return the next text of RDF."""
        return self._spoilt(self.chance.choice(_DATA))

    def _spoilt(self, text: str) -> str:
        chance = self.chance
        for _ in range(chance.randint(0, 6)):
            at = chance.randint(0, len(text))
            until = min(len(text), at + int(chance.expovariate(1 / 12)))
            match chance.randint(0, 6):
                case 0:
                    text = text[:at] + text[until:]
                case 1:
                    text = text[:at] + text[at:until] * chance.choice([2, 3, 50]) + text[until:]
                case 2:
                    text = text[:at] + chance.choice(_SIGNS) + text[at:]
                case 3:
                    text = f"{text[:at]} {chance.choice(_WORDS)} {text[at:]}"
                case 4:
                    text = text[:at] + chance.choice(_ODD) + text[at:]
                case 5:
                    other = chance.choice(self._good)
                    text = text[:at] + other[chance.randint(0, len(other)) :]
                case _:
                    text = text[:at]
        return text[:200_000]

    def _nest(self) -> str:
        """Return one thing within itself, to any depth."""
        chance = self.chance
        depth = chance.choice([10, 63, 64, 65, 200, 1_000, 3_000]) if chance.random() < 0.97 else 20_000
        opened, closed = chance.choice(_BRACKETS)
        head, middle, tail = chance.choice(_FRAMES)
        ends = depth if chance.random() < 0.8 else depth - 1
        return f"{head}{opened * depth} {middle} {closed * ends}{tail}"[:400_000]


def good_texts() -> list[str]:
    """Return texts that are well: every shipped query, and some updates."""
    library = Library.shipped()
    queries = [library.query(name) for name in sorted(library.questions())]
    updates = [
        "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> 'c'@en } }",
        "PREFIX x: <urn:> DELETE { GRAPH x:g { ?s ?p ?o } } INSERT { GRAPH x:g { ?s ?p 1 } } "
        "WHERE { GRAPH x:g { ?s ?p ?o } }",
        "WITH <urn:g> DELETE WHERE { ?s ?p ?o } ; CLEAR SILENT GRAPH <urn:h> ; COPY <urn:g> TO <urn:h>",
    ]
    return [*queries, *updates]


def at_the_gates(inputs: Inputs, number: int) -> tuple[Counter[str], list[str]]:
    """Put texts to both gates; return what they said, and each fault with the text that made it."""
    said: Counter[str] = Counter()
    faults: list[str] = []
    dataset, reach = Graphs().public(), Reach(frozenset(Graphs().all))
    for _ in range(number):
        text = inputs.text()
        for name, gate in (("query", partial(admit, text, dataset)), ("update", partial(admit_update, text, reach))):
            began = time.thread_time()
            try:
                gate()
                said[f"{name} admitted"] += 1
            except (MalformedQuery, RefusedQuery) as no:
                said[f"{name} {no.code}"] += 1
            except BaseException as fault:
                faults.append(f"{name}: {type(fault).__name__}: {fault}: {text[:300]!r}")
            took = time.thread_time() - began
            if took > SLOW_SECONDS:
                faults.append(f"{name}: {took:.1f} s: {text[:300]!r}")
    return said, faults


def requests(inputs: Inputs, number: int, token: str) -> Iterator[tuple[str, str, bytes, dict[str, str]]]:
    """Yield requests: method, path, body, headers."""
    write = {"Authorization": f"Bearer {token}"}
    for _ in range(number):
        chance = inputs.chance
        door = chance.random()
        if door < 0.6:
            body, kind = inputs.text(), "application/sparql-query"
            method, path, more = chance.choice(["POST", "QUERY"]), "/sparql", {}
        elif door < 0.8:
            body, kind = inputs.text(), "application/sparql-update"
            method, path, more = "POST", "/update", write
        else:
            body, kind = inputs.data(), chance.choice(MEDIA_TYPES)
            method, path, more = chance.choice(["PUT", "POST"]), "/graphs?graph=urn:fuzz", write
        encoded = body.encode("utf-8", "surrogatepass" if chance.random() < 0.5 else "replace")
        yield method, path, encoded, {"Content-Type": kind, **more}


def at_the_doors(address: str, token: str, inputs: Inputs, number: int) -> tuple[Counter[str], list[str]]:
    """Send requests to a running service by several clients; return its answers, and the faults."""
    said: Counter[str] = Counter()
    faults: list[str] = []
    asked = list(requests(inputs, number, token))
    taking = threading.Lock()

    def client() -> None:
        while True:
            with taking:
                if not asked:
                    return
                method, path, body, headers = asked.pop()
            connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=_PATIENCE_SECONDS)
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                try:
                    answer.read()
                    told = str(answer.status)
                except http.client.IncompleteRead:
                    told = "broken off"
            except OSError as problem:
                told = f"no answer ({type(problem).__name__})"
            finally:
                connection.close()
            with taking:
                said[f"{path.partition('?')[0]} {told}"] += 1
                if told.startswith("no answer") or (told.startswith("5") and told not in ("503", "507")):
                    faults.append(f"{told}: {method} {path}: {body[:300]!r}")

    clients = [threading.Thread(target=client) for _ in range(_CLIENTS)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    return said, faults


def main() -> int:
    """Run as the command line says; return the exit status."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--inputs", type=int, default=100_000)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    sys.path.insert(0, str(Path(__file__).parent))
    from running import service

    inputs = Inputs(good_texts(), given.seed)
    began = time.monotonic()
    doors = given.inputs // 10
    said, faults = at_the_gates(inputs, given.inputs - doors)
    with service("cam", _SETTINGS) as running:
        answered, more = at_the_doors(running.address, running.token, inputs, doors)
        faults += more
        if not Path(f"/proc/{running.pid}").exists():
            faults.append("the service ended")
    for name, count in sorted((said + answered).items()):
        print(f"{name:32} {count:>9,}")
    print(f"{given.inputs:,} inputs in {time.monotonic() - began:.0f} s, seed {given.seed}: {len(faults)} faults")
    for fault in faults[:20]:
        print(f"  {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
