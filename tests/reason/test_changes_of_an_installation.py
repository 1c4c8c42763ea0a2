"""A change of an installation brings its conclusions up to date by what it reaches, or anew where nobody knows."""

from __future__ import annotations

import io
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random

import pyoxigraph as ox
import pytest

from mandategraph.core.errors import MandateGraphError
from mandategraph.core.graphs import Dataset, Graphs
from mandategraph.core.namespaces import ID, MG
from mandategraph.engine.terms import from_quad
from mandategraph.reason import conclude, update
from mandategraph.reason.conclude import derive
from mandategraph.reason.rules import Rule
from mandategraph.settings import resolve
from mandategraph.stores.conclusions import FILE
from mandategraph.stores.folder import create
from mandategraph.stores.loading import Reading
from mandategraph.stores.recording import RecordingStore
from mandategraph.stores.write_requests import Request
from mandategraph.stores.writing import WriteLimits, Writing
from mandategraph.stores.writing_socket import Door
from mandategraph.wiring import Installation, load_plan, open_installation

GRAPHS = Graphs()
FACT = """PREFIX mg: <https://w3id.org/mandategraph/ns#> PREFIX org: <https://w3id.org/mandategraph/id/org/>
org:panama mg:bodyOf org:oas . org:colombia mg:bodyOf org:panama .
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    load_plan(resolve({"store": str(tmp_path / "store")}, {}), "cam")
    return tmp_path / "store"


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was run: `anew` or `reached`, in the order of the changes."""
    told: list[str] = []
    infer, change = conclude.infer, update.update

    def anew(*args: object) -> object:
        told.append("anew")
        return infer(*args)

    def reached(*args: object) -> object:
        told.append("reached")
        return change(*args)

    monkeypatch.setattr(conclude, "infer", anew)
    monkeypatch.setattr(update, "update", reached)
    return told


def opened(folder: Path) -> Installation:
    return open_installation(resolve({"store": str(folder)}, {}), write=True)


def add(folder: Path, tmp_path: Path, turtle: str) -> None:
    file = tmp_path / "more.ttl"
    file.write_text(turtle)
    with opened(folder) as here:
        here.load_files([file])


def is_up_to_date(folder: Path, rules: tuple[Rule, ...]) -> bool:
    with open_installation(resolve({"store": str(folder)}, {})) as here:
        everything = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
        facts, held = (
            b"".join(here.store.answer(everything, Dataset(graphs), "application/n-triples"))
            for graphs in ((None, GRAPHS.facts), (GRAPHS.inferred,))
        )
    found, _ = derive(facts, rules)
    return found == {quad.triple for quad in ox.parse(io.BytesIO(held), format=ox.RdfFormat.N_TRIPLES)}


def test_a_small_change_is_followed_where_it_reaches(
    folder: Path, tmp_path: Path, runs: list[str], rules: tuple[Rule, ...]
) -> None:
    add(folder, tmp_path, FACT)
    assert runs == ["reached"]
    assert is_up_to_date(folder, rules)


def test_where_nobody_knows_everything_is_concluded_anew(
    folder: Path, tmp_path: Path, runs: list[str], rules: tuple[Rule, ...]
) -> None:
    """The note is gone, or names other rules; afterwards it is there again."""
    (folder / FILE).unlink()
    add(folder, tmp_path, FACT)
    (folder / FILE).write_text("other rules")
    add(folder, tmp_path, FACT.replace("colombia", "brazil"))
    add(folder, tmp_path, FACT.replace("colombia", "peru"))
    assert runs == ["anew", "anew", "reached"]
    assert is_up_to_date(folder, rules)


@pytest.fixture
def service(folder: Path) -> Iterator[Writing]:
    """What a service has of a store: a process that writes, and a door for commands."""
    writing = Writing(folder, WriteLimits(free_megabytes=1))
    door = Door(writing)
    yield writing
    door.close()
    writing.close()


def update_of_client(triple: str, graph: str = "") -> Request:
    text = f"INSERT DATA {{ {triple} }}" if not graph else f"INSERT DATA {{ GRAPH <{graph}> {{ {triple} }} }}"
    return Request("update", (graph,), {"text": text, "original": text, "base": ""})


def test_a_command_beside_a_service_follows_its_change_too(
    service: Writing, tmp_path: Path, runs: list[str], rules: tuple[Rule, ...]
) -> None:
    """What clients write to graphs of their own is no matter; what they write among the facts is."""
    folder = service.folder
    add(folder, tmp_path, FACT)
    service.write(update_of_client("<urn:s> <urn:p> <urn:o>", "urn:notes"))
    add(folder, tmp_path, FACT.replace("colombia", "brazil"))
    assert runs == ["reached", "reached"]
    service.write(update_of_client("<urn:s> <urn:p> <urn:o>"))
    assert not (folder / FILE).exists()
    add(folder, tmp_path, FACT.replace("colombia", "peru"))
    assert runs == ["reached", "reached", "anew"]
    os.kill(service.pid, signal.SIGKILL)
    add(folder, tmp_path, FACT.replace("colombia", "chile"))
    assert runs == ["reached", "reached", "anew", "reached"]
    assert is_up_to_date(folder, rules)


def test_what_a_client_changes_while_a_command_concludes_is_not_taken_for_concluded(
    service: Writing, tmp_path: Path, runs: list[str]
) -> None:
    """Before the command looks, and after it; in both the next one concludes anew."""
    folder = service.folder
    (folder / FILE).unlink()
    with opened(folder) as here:
        service.write(update_of_client("<urn:s> <urn:p> <urn:o>"))
        here.infer()
    assert not (folder / FILE).exists()
    add(folder, tmp_path, FACT)
    assert (folder / FILE).exists()
    with opened(folder) as here:

        def meanwhile() -> None:
            service.write(update_of_client("<urn:s> <urn:p> <urn:q>"))

        mexico, oas = (ox.NamedNode(f"{ID}org/{name}") for name in ("mexico", "oas"))
        coming = [ox.Quad(mexico, ox.NamedNode(f"{MG}bodyOf"), oas, ox.NamedNode(GRAPHS.facts))]
        here.change(("test", ""), partial(put, coming, ()), Reading(), before=meanwhile)
    assert not (folder / FILE).exists()
    assert runs == ["anew", "anew", "reached"]


def test_after_random_writes_and_kills_the_conclusions_are_those_of_a_full_run(
    tmp_path: Path, rules: tuple[Rule, ...]
) -> None:
    """Commands add and take away, clients write among the facts and elsewhere, and the writer is killed at it."""
    random = Random(5)  # noqa: S311 - nothing secret
    folder = tmp_path / "store"
    create(folder)
    writing = Writing(folder, WriteLimits(free_megabytes=1))
    door = Door(writing)
    nodes = [ox.NamedNode(f"https://w3id.org/mandategraph/id/n{number}") for number in range(9)]
    names = [ox.NamedNode(f"{MG}{name}") for name in ("bodyOf", "adoptedBy", "partOf", "replaces", "revises")]
    facts = ox.NamedNode(GRAPHS.facts)

    def triple() -> tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode]:
        return random.choice(nodes), random.choice(names), random.choice(nodes)

    concluded = held = 0
    try:
        for number in range(18):
            is_killed = number % 4 == 3
            if random.random() < 0.4:
                said = " . ".join(" ".join(map(str, triple())) for _ in range(5))
                asked = writing.submit(update_of_client(said, random.choice(["", "urn:notes"])))
                if is_killed and writing.pid:
                    os.kill(writing.pid, signal.SIGKILL)
                with suppress(MandateGraphError):
                    asked.result(60)
                continue
            try:
                with opened(folder) as here:
                    there = [from_quad(quad) for quad in here.store.quads(GRAPHS.facts)]
                    coming = [ox.Quad(*triple(), facts) for _ in range(random.randrange(4))]
                    going = random.sample(there, min(len(there), random.randrange(3)))
                    killer = threading.Timer(random.random() * 0.2, kill, [writing]) if is_killed else None
                    if killer is not None:
                        killer.start()
                    here.change(("test", ""), partial(put, coming, going), Reading())
            except MandateGraphError:
                pass
            else:
                held += 1
            if (folder / FILE).exists():
                with opened(folder):  # all that was acknowledged is in the newest snapshot
                    concluded += 1
                    assert is_up_to_date(folder, rules), number
    finally:
        door.close()
        writing.close()
    assert held > 5
    assert concluded > 4
    assert is_up_to_date(folder, rules) or not (folder / FILE).exists()


def put(coming: Sequence[ox.Quad], going: Sequence[ox.Quad], stage: RecordingStore) -> None:
    stage.put(coming, going)


def kill(writing: Writing) -> None:
    if writing.pid:
        with suppress(ProcessLookupError):
            os.kill(writing.pid, signal.SIGKILL)


def test_a_large_change_is_concluded_anew(
    folder: Path, tmp_path: Path, runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update, "LARGEST", 1)
    add(folder, tmp_path, FACT)
    assert runs == ["anew"]
