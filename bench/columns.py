"""
Whether integer columns beside the store would pay for the checks: what filling them costs, and what they save.

`python bench/columns.py --triples 1000000` makes a graph, runs all checks on it as the product does, fills columns with
what the checks read, and asks steps of which checks are made (a join, an absence, a pair, a way of any length) of both,
comparing the answers as sets. Each part is measured in a process of its own: processor seconds, and the memory that it
added to that of the store. Columns are filled by Python alone and, where it is installed (`pip install polars`), by
polars, which the steps need too.

Filling is the lower bound of what checks on columns take, even if asking cost nothing. What they ask is SPARQL, which
would have to be parsed for columns: by rdflib, since the engine shows no algebra.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import subprocess
import sys
import time
from array import array
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

if TYPE_CHECKING:
    import polars as pl

    from mandategraph.core.graphs import Dataset
    from mandategraph.core.ports import Table

ROOT = Path(__file__).resolve().parents[1]
MG = "https://w3id.org/mandategraph/ns#"
HAS_POLARS = find_spec("polars") is not None

Figure = dict[str, float]


def concluded(file: Path) -> ox.Store:
    """Return a graph in memory with what follows from it, which is what checks read."""
    from rules import GRAPHS, infer, loaded, shipped

    store = loaded(file)
    infer(store, shipped(), GRAPHS)
    return store.engine


def read_graphs() -> dict[str, Any]:
    """Return the graphs that checks read, as the engine takes them."""
    from rules import GRAPHS

    return {"default_graph": [ox.DefaultGraph(), ox.NamedNode(GRAPHS.facts), ox.NamedNode(GRAPHS.inferred)]}


def resident() -> float:
    """Return the memory that this process holds now, in MiB; on Linux only, else 0."""
    told = Path("/proc/self/statm")
    return int(told.read_text().split()[1]) * resource.getpagesize() / 2**20 if told.exists() else 0.0


def all_checks(file: Path) -> Figure:
    """Run every check as the product does."""
    from checks import checks

    told = checks(file, "compiled")
    return {"seconds": told["seconds"], "rows": told["count"]}


def store_alone(file: Path) -> Figure:
    """Hold the store and do nothing: the memory to which columns would be added."""
    before = resident()
    store = concluded(file)
    return {"seconds": 0.0, "rows": float(len(store)), "mebibytes": resident() - before}


def by_python(file: Path) -> Figure:
    """Fill three columns of numbers by Python alone, straight from the engine's own iterator."""
    store = concluded(file)
    graphs = [graph for graph in read_graphs()["default_graph"] if not isinstance(graph, ox.DefaultGraph)]
    before, start = resident(), time.process_time()
    numbers: dict[object, int] = {}
    number = numbers.setdefault
    columns = array("I"), array("I"), array("I")
    for graph in graphs:
        for quad in store.quads_for_pattern(None, None, None, graph):
            columns[0].append(number(quad.subject, len(numbers)))
            columns[1].append(number(quad.predicate, len(numbers)))
            columns[2].append(number(quad.object, len(numbers)))
    seconds = time.process_time() - start
    return {"seconds": seconds, "rows": float(len(columns[0])), "mebibytes": resident() - before}


def by_polars(file: Path) -> Figure:
    """Fill three columns of numbers by polars, from the engine's answer as text, which is the fastest way found."""
    import polars  # noqa: F401  not what is measured

    store = concluded(file)
    before, start = resident(), time.process_time()
    columns, terms = projected(store)
    seconds = time.process_time() - start
    held = columns.estimated_size() + terms.estimated_size()
    return {"seconds": seconds, "rows": float(columns.height), "mebibytes": resident() - before, "held": held / 2**20}


def projected(store: ox.Store) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the columns s, p, o of numbers, and the terms by their number."""
    import polars as pl

    answer = store.query("SELECT ?s ?p ?o { ?s ?p ?o }", **read_graphs())
    text = answer.serialize(format=ox.QueryResultsFormat.TSV)
    triples = pl.read_csv(io.BytesIO(text), separator="\t", quote_char=None, new_columns=["s", "p", "o"])
    columns = [triples[name].alias("term") for name in ("s", "p", "o")]
    terms = pl.concat(columns).unique().to_frame().with_row_index("number")
    numbered = triples.lazy()
    for name in ("s", "p", "o"):
        numbered = numbered.join(terms.lazy().rename({"number": f"{name}#"}), left_on=name, right_on="term")
    return numbered.select(pl.col(f"{name}#").alias(name) for name in ("s", "p", "o")).collect(), terms


def parsing(file: Path) -> Figure:
    """Parse by rdflib what the checks ask of the store, each query once; some it cannot parse."""
    from checks import checks
    from rdflib.plugins.sparql import prepareQuery

    from mandategraph.stores.embedded import EmbeddedStore

    asked: set[str] = set()
    select = EmbeddedStore.select

    def noting(self: EmbeddedStore, query: str, dataset: Dataset) -> Table:
        asked.add(query)
        return select(self, query, dataset)

    EmbeddedStore.select = noting  # type: ignore[method-assign]
    checks(file, "compiled")
    start, refused = time.process_time(), 0
    for query in asked:
        try:
            prepareQuery(query)
        except ValueError:
            # A VALUES block of one variable in brackets, among others.
            refused += 1
    return {"seconds": time.process_time() - start, "rows": float(len(asked)), "refused": float(refused)}


def steps(file: Path) -> Figure:
    """Ask the steps of both; the figure tells the seconds of each and how many answers differed."""
    store = concluded(file)
    columns, terms = projected(store)
    told: Figure = {"store": 0.0, "seconds": 0.0, "rows": 0.0, "different": 0.0}
    for query, of_columns in STEPS:
        start = time.process_time()
        rows = {tuple(str(term) for term in row) for row in store.query(query, **read_graphs())}
        middle = time.process_time()
        found = of_columns(Columns(columns, terms))
        told["seconds"] += time.process_time() - middle
        told["store"] += middle - start
        told["rows"] += len(rows)
        told["different"] += rows != named(found, terms)
    return told


class Columns:
    """Pairs of a property, and numbers of names, from the three columns."""

    def __init__(self, columns: pl.DataFrame, terms: pl.DataFrame) -> None:
        self._columns, self._terms = columns, terms

    def pairs(self, name: str, first: str, second: str) -> pl.DataFrame:
        """Return who has what in a property, under two names."""
        import polars as pl

        return self._columns.filter(pl.col("p") == self._number(MG + name)).select(
            pl.col("s").alias(first), pl.col("o").alias(second)
        )

    def members(self, name: str, first: str) -> pl.DataFrame:
        """Return the members of a class."""
        import polars as pl

        kind = self._number("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
        return self._columns.filter((pl.col("p") == kind) & (pl.col("o") == self._number(MG + name))).select(
            pl.col("s").alias(first)
        )

    def _number(self, iri: str) -> int:
        import polars as pl

        found = self._terms.filter(pl.col("term") == f"<{iri}>")["number"]
        return int(found[0]) if len(found) else -1


def named(rows: pl.DataFrame, terms: pl.DataFrame) -> set[tuple[str, ...]]:
    """Return rows of numbers as the terms that they stand for."""
    return {tuple(terms["term"][number] for number in row) for row in rows.iter_rows()}


def _joined(columns: Columns) -> pl.DataFrame:
    ends = columns.pairs("from", "link", "from").join(columns.pairs("to", "link", "to"), on="link")
    return ends.join(columns.pairs("expressedIn", "to", "place"), on="to").select("link", "from", "place").unique()


def _absent(columns: Columns) -> pl.DataFrame:
    return columns.members("Mandate", "task").join(columns.pairs("addressee", "task", "who"), on="task", how="anti")


def _twice(columns: Columns) -> pl.DataFrame:
    import polars as pl

    whole = columns.pairs("partOf", "part", "whole").join(columns.pairs("number", "part", "n"), on="part")
    both = whole.join(whole.rename({"part": "other"}), on=["whole", "n"])
    return both.filter(pl.col("part") != pl.col("other")).select("part", "other").unique()


def _any_length(columns: Columns) -> pl.DataFrame:
    import polars as pl

    once = columns.pairs("partOf", "start", "end")
    found = new = once.unique()
    while new.height:
        further = new.join(once.rename({"start": "end", "end": "next"}), on="end").select(
            "start", pl.col("next").alias("end")
        )
        new = further.unique().join(found, on=["start", "end"], how="anti")
        found = pl.concat([found, new])
    return found


STEPS: tuple[tuple[str, Callable[[Columns], pl.DataFrame]], ...] = (
    (f"SELECT DISTINCT ?l ?f ?p {{ ?l <{MG}from> ?f ; <{MG}to> ?t . ?t <{MG}expressedIn> ?p }}", _joined),
    (f"SELECT ?s {{ ?s a <{MG}Mandate> FILTER NOT EXISTS {{ ?s <{MG}addressee> ?w }} }}", _absent),
    (
        f"SELECT DISTINCT ?a ?b {{ ?a <{MG}partOf> ?w ; <{MG}number> ?n . ?b <{MG}partOf> ?w ; <{MG}number> ?n "
        "FILTER(?a != ?b) }",
        _twice,
    ),
    (f"SELECT DISTINCT ?a ?b {{ ?a <{MG}partOf>+ ?b }}", _any_length),
)

PARTS: dict[str, tuple[str, Callable[[Path], Figure], bool]] = {
    "checks": ("all checks, as the product runs them", all_checks, False),
    "store": ("the store, nothing done", store_alone, False),
    "python": ("columns filled by Python", by_python, False),
    "polars": ("columns filled by polars", by_polars, True),
    "parsing": ("the queries of the checks parsed by rdflib", parsing, False),
    "steps": ("steps of checks on columns", steps, True),
}


def measured(file: Path, which: str) -> Figure:
    """Measure a part in a process of its own."""
    command = [sys.executable, __file__, "--one", which, str(file)]
    told: Figure = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return told


def report(found: dict[str, Figure]) -> str:
    """Return the figures, and what they say of columns."""
    lines = ["| part | processor seconds | memory added | rows |", "|---|---|---|---|"]
    for which, figure in found.items():
        memory = f"{figure['mebibytes']:,.0f} MiB" if "mebibytes" in figure else ""
        lines.append(f"| {PARTS[which][0]} | {figure['seconds']:.3f} | {memory} | {figure['rows']:,.0f} |")
    checks = found["checks"]["seconds"]
    filled = min(found[which]["seconds"] for which in ("python", "polars") if which in found)
    lines.append(
        f"\nAll checks take {checks / filled:.1f} times what filling the columns takes, before anything is asked."
    )
    if "steps" in found:
        step = found["steps"]
        times = step["store"] / step["seconds"]
        lines.append(f"The steps take {times:.1f} times as long in the store ({step['store']:.3f} s) as on columns;")
        lines.append(f"{step['different']:.0f} of {len(STEPS)} answers differ.")
    return "\n".join(lines)


def main() -> int:
    """Measure and print; 1 where an answer of the columns is not the store's."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--triples", type=int, default=100_000, help="the size of the graph (default: 100000)")
    asked.add_argument("--one", nargs=2, metavar=("PART", "FILE"), help=argparse.SUPPRESS)
    told = asked.parse_args()
    if told.one:
        print(json.dumps(PARTS[told.one[0]][1](Path(told.one[1]))))
        return 0
    with TemporaryDirectory() as folder:
        file = Path(folder) / "graph.nq"
        generate = [
            sys.executable,
            str(ROOT / "bench" / "generate.py"),
            "--triples",
            str(told.triples),
            "-o",
            str(file),
        ]
        subprocess.run(generate, check=True, capture_output=True)
        parts = [which for which, (_, _, by_polars_too) in PARTS.items() if HAS_POLARS or not by_polars_too]
        found = {which: measured(file, which) for which in parts}
    print(report(found))
    return 1 if found.get("steps", {}).get("different") else 0


if __name__ == "__main__":
    sys.exit(main())
