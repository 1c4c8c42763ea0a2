"""
The Turtle of the shipped plans, made from their source texts: read, then changed by the decisions that people reviewed.

`make data` writes the files that differ and says how much of each plan is a decision; `--check` only compares.
"""

from __future__ import annotations

import sys

import pyoxigraph as ox

from mandategraph.cli.drafters import drafter_of
from mandategraph.core.graphs import Graphs
from mandategraph.ingest.drafting.layers import split, turtle
from mandategraph.ingest.drafting.reviewed import Decisions, Rebuilt, of_files, rebuild, table
from mandategraph.ingest.readers.text import read_text
from mandategraph.library import Library, Plan


def rebuilt(library: Library, plan: Plan) -> tuple[dict[str, str], list[Decisions], Rebuilt]:
    """Return the files of a plan by their names, the decisions on it, and what they made of the draft."""
    name = plan.source_file.name
    reading = read_text(name, library.source_of(plan).encode())
    draft = drafter_of(library, plan.organisation, Graphs().review).draft(reading)
    registers = {
        quad.subject
        for path in (*library.organisation_files(plan.organisation), *library.ontology_files())
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
    }
    decisions = of_files((plan.source_file.parent / "reviewed").glob("*.trig"))
    found = rebuild(draft, reading, plan.organisation, decisions, registers)
    return {f"{layer}.ttl": turtle(layer, facts) for layer, facts in split(found.facts).items()}, decisions, found


def main(check: bool) -> int:
    """Write or compare the files of every plan that has reviewed decisions; return the exit status."""
    library, differing = Library.shipped(), 0
    for plan in library.plans().values():
        folder = plan.source_file.parent
        if not (folder / "reviewed").is_dir():
            continue
        files, decisions, found = rebuilt(library, plan)
        for name, content in files.items():
            path = folder / name
            if not path.is_file() or path.read_text(encoding="utf-8") != content:
                differing += 1
                print(f"{path.relative_to(library.root)}: {'differs' if check else 'written'}")
                if not check:
                    path.write_text(content, encoding="utf-8", newline="\n")
        print(f"{plan.title}")
        for row in table(decisions, found):
            print(f"  {row['theme']:<14} {row['decisions']:>9}  {row['why']}")
    return 1 if check and differing else 0


if __name__ == "__main__":
    # Names in the text of a plan are no matter of the terminal's encoding.
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.exit(main("--check" in sys.argv[1:]))
