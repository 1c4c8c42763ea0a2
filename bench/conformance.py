"""
The test suites of the W3C against a running service of ours, and the page that tells how they ended.

    python bench/conformance.py [--suites FOLDER] [--page FILE] [--only sparql,protocol,formats,shacl]

FOLDER holds the suites with their runners and the figures of other engines (those beside the checkout unless told). The
service is started for this with an empty store of its own. Exit status: 0 where every test passes or fails for a
reason that is known, 1 where one fails for none, 3 where there are no suites.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from running import service
from suite_formats import outcomes as format_outcomes
from suite_reasons import reason_of

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "reference" / "conformance.md"
PARTS = ("sparql", "protocol", "formats", "shacl")
Outcome = Mapping[str, str]

# The lines of the page: what they are called, the suite of the runners they count, where its other figures lie.
LINES = (
    ("SPARQL 1.0 query, syntax", "sparql10 query syntax", "sparql"),
    ("SPARQL 1.0 query, answers", "sparql10 query eval", "sparql"),
    ("SPARQL 1.1 query, syntax", "sparql11 query syntax", "sparql"),
    ("SPARQL 1.1 query, answers", "sparql11 query eval", "sparql"),
    ("SPARQL 1.1 update, syntax", "sparql11 update syntax", "sparql"),
    ("SPARQL 1.1 update, effects", "sparql11 update eval", "sparql"),
    ("SPARQL 1.1 Protocol", "protocol", "protocol"),
    ("Graph Store HTTP Protocol", "graph store protocol", "protocol"),
    ("Graph Store HTTP Protocol, direct", "graph store protocol (direct, optional)", "protocol"),
    ("Service description", "service description", "protocol"),
    ("N-Triples", "rdf-n-triples", "formats"),
    ("N-Quads", "rdf-n-quads", "formats"),
    ("Turtle", "rdf-turtle", "formats"),
    ("TriG", "rdf-trig", "formats"),
    ("RDF/XML", "rdf-xml", "formats"),
    ("JSON-LD 1.1, to RDF", "json-ld toRdf", "formats"),
    ("SHACL Core, full report", "SHACL core", "shacl"),
    ("SHACL-SPARQL, full report", "SHACL sparql", "shacl"),
)
ABOUT = """# Conformance

The test suites of the W3C: tests passed of tests run, against a running service with an empty store (SPARQL and its
protocols, by HTTP), against the reader of files (RDF formats) and against the SHACL engine. Beside them the figures of
others, measured with the same runners and the same data. `make conformance` runs all of it anew; `make test` runs a
sample. Federated queries and entailment regimes are left out: `SERVICE` is refused here. So are 45 tests of JSON-LD
that need other addresses or options that HTTP has no form for.

Refused as a policy and counted as read: `SERVICE`, functions and graphs that are nowhere. No test of RDF/XML needs a
document type declaration, which is refused.
"""


def main() -> int:
    """Run what was asked for, write the page and tell the figures."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--suites", type=Path, default=HERE.parent.parent / "shared" / "suites")
    asked.add_argument("--page", type=Path, default=PAGE)
    asked.add_argument("--only", default=",".join(PARTS), help="some of: " + ", ".join(PARTS))
    options = asked.parse_args()
    parts = options.only.split(",")
    if not (options.suites / "run_sparql.py").exists():
        told = f"There are no suites in {options.suites}. Name the folder that holds them: --suites FOLDER"
        print(told, file=sys.stderr)
        return 3
    found = outcomes(options.suites.resolve(), parts)
    unknown = [one for one in failed(found) if not reason_of(one["test"])]
    text = page(found, baselines(options.suites))
    if set(parts) == set(PARTS):
        options.page.write_text(text)
    print(text)
    for one in unknown:
        print(f"no reason is known: {one['suite']} {one['test']}: {one['detail'][:300]}", file=sys.stderr)
    return 1 if unknown else 0


def outcomes(suites: Path, parts: Sequence[str], only: str = "") -> list[Outcome]:
    """Return how every test of some parts ended; `only` limits them to names that contain it."""
    found: list[Outcome] = []
    narrowed = ["--only", only] if only else []
    if {"sparql", "protocol"} & set(parts):
        with service(plan="") as here:
            addresses = ["--query", f"{here.address}sparql", "--update", f"{here.address}update"]
            addresses += ["--gsp", f"{here.address}graphs", "--token", here.token, "--timeout", "60"]
            if "sparql" in parts:
                found += ran([str(suites / "run_sparql.py"), *addresses, *narrowed])
            if "protocol" in parts:
                direct = ["--gsp-direct", f"{here.address}graphs", "--service", f"{here.address}sparql"]
                found += ran([str(suites / "run_protocol.py"), *addresses, *direct, *narrowed])
    if "formats" in parts:
        found += format_outcomes(suites, only)
    if "shacl" in parts:
        found += ran([str(HERE / "shacl_suite.py"), str(suites), *narrowed])
    return found


def ran(command: Sequence[str]) -> list[Outcome]:
    """Return the outcomes of one runner."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "outcomes.json"
        done = subprocess.run(
            [sys.executable, *command, "--out", str(file)],
            capture_output=True,
            text=True,
            check=False,
        )
        if not file.exists():
            raise SystemExit(f"{Path(command[0]).name} broke off: {done.stderr[-800:]}")
        told: list[Outcome] = json.loads(file.read_text())["outcomes"]
        return told


def failed(found: Iterable[Outcome]) -> list[Outcome]:
    """Return the tests that did not pass, of the suites that the page shows."""
    shown = {suite for _, suite, _ in LINES}
    return [one for one in found if one["status"] in {"fail", "error"} and one["suite"] in shown]


def baselines(suites: Path) -> dict[str, dict[str, dict[str, tuple[int, int]]]]:
    """Return the figures of other engines: by part, by name, by suite, as passed and run."""
    found: dict[str, dict[str, dict[str, tuple[int, int]]]] = defaultdict(dict)
    for file in sorted((suites / "baselines").glob("*.json")):
        told = json.loads(file.read_text())
        part = file.name.partition("-")[0]
        if "summary" in told:
            found[part][told["engine"]] = {suite: counted(counts) for suite, counts in told["summary"].items()}
    return found


def counted(counts: Mapping[str, int]) -> tuple[int, int]:
    """Return passed and run; a test that was skipped was not run."""
    return counts.get("pass", 0), sum(counts.get(status, 0) for status in ("pass", "fail", "error"))


def page(found: Sequence[Outcome], others: Mapping[str, Mapping[str, Mapping[str, tuple[int, int]]]]) -> str:
    """Return the page: the figures, and every failing test under its reason."""
    summary: dict[str, Counter[str]] = defaultdict(Counter)
    for one in found:
        summary[one["suite"]][one["status"]] += 1
    written = ["<!-- Written by `make conformance`; not edited by hand. -->", ABOUT]
    for part, title in zip(PARTS, ("SPARQL", "Protocols", "RDF formats", "SHACL"), strict=True):
        lines = [(name, suite) for name, suite, of in LINES if of == part and suite in summary]
        if not lines:
            continue
        names = sorted(others.get(part, {}))
        written += [
            f"## {title}\n",
            f"| Suite | Mandate Graph | {' | '.join(names)} |",
            "|---" * (len(names) + 2) + "|",
        ]
        columns = [{suite: counted(summary[suite]) for _, suite in lines}, *(others[part][name] for name in names)]
        for name, suite in lines:
            written.append(f"| {name} | {' | '.join(_shown(column.get(suite)) for column in columns)} |")
        if len(lines) > 1:
            sums = [[sum(column.get(suite, (0, 0))[at] for _, suite in lines) for at in (0, 1)] for column in columns]
            written.append(f"| All | {' | '.join(_shown(one) for one in sums)} |")
        written.append("")
    written += ["## What fails, and why\n"]
    reasons: dict[str, list[str]] = defaultdict(list)
    for one in failed(found):
        reasons[reason_of(one["test"]) or "Not known yet."].append(one["test"])
    if not reasons:
        written.append("Nothing.\n")
    for reason, tests in sorted(reasons.items(), key=lambda item: -len(item[1])):
        written += [f"- {reason}\n  {', '.join(f'`{test}`' for test in sorted(tests))}"]
    return "\n".join(written).rstrip() + "\n"


def _shown(figures: Sequence[int] | None) -> str:
    return f"{figures[0]} of {figures[1]}" if figures and figures[1] else "none"


if __name__ == "__main__":
    sys.exit(main())
