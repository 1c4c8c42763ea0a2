"""
Figures of reading on documents that nobody looked at: the labelled UN documents that are not in the sample.

Usage: python bench/ingest_further.py FOLDER [--corpus CORPUS] [--half other|first] [--write]

FOLDER is `public/data/paragraphs` of a checkout of the public repository
UN-EOSG-Analytics/un-mandates-housekeeping, from which the sample was drawn; none of it is in this project. CORPUS, with
score.py and variants.py, is the folder beside the checkout unless told. Documents of the sample are left out, the rest
is halved by a hash of their names: `first` may be looked at, `other` is only counted.
`--write` writes docs/figures-of-further-documents.md.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import pyoxigraph as ox

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "figures-of-further-documents.md"
FORMS = ("printed", "wrapped", "oneline", "unnumbered")


@dataclass
class Share:
    """Paragraphs due, found, and both."""

    due: int = 0
    found: int = 0
    hit: int = 0

    def take(self, due: set[str], found: set[str]) -> None:
        """Count one document."""
        self.due += len(due)
        self.found += len(found)
        self.hit += len(due & found)

    def told(self) -> str:
        """Return recall and precision as two cells of a table."""
        return f"{100 * self.hit / max(self.due, 1):.1f} % | {100 * self.hit / max(self.found, 1):.1f} %"


def scorer(corpus: Path) -> ModuleType:
    """Return the corpus's own scorer: when two wordings count as the same paragraph is said there."""
    spec = importlib.util.spec_from_file_location("score", corpus / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lay(folder: Path, corpus: Path, half: str, into: Path) -> list[str]:
    """Write the documents of a half as text with labels, a paragraph a line; return their names."""
    into.mkdir()
    sample = {path.name.removesuffix(".labels.json") for path in (corpus / "un").glob("*.labels.json")}
    names = []
    for path in sorted(folder.glob("*.json")):
        name = path.stem
        which = "first" if int(sha256(name.encode()).hexdigest(), 16) % 2 else "other"
        if name in sample or which != half:
            continue
        items = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(items, list) or not items:
            continue
        lines, labels = [], []
        for item in items:
            prefix = (item.get("prefix") or "").strip() or None
            words = " ".join((item.get("text") or "").split("\n")).strip()
            lines.append(f"{prefix}\t{words}" if prefix else words)
            labels.append(
                {
                    "type": item["type"],
                    "part": item.get("paragraph_type"),
                    "level": item.get("paragraph_level"),
                    "prefix": prefix,
                    "verb": item.get("action_verb"),
                    "verb_type": item.get("action_verb_type"),
                }
            )
        (into / f"{name}.txt").write_text("\n".join(lines), encoding="utf-8")
        (into / f"{name}.labels.json").write_text(json.dumps(labels), encoding="utf-8")
        names.append(name)
    if not names:
        sys.exit(
            f"{folder} holds no labelled documents outside the sample: give public/data/paragraphs of the repository."
        )
    return names


def read(texts: Path, drafts: Path) -> None:
    """Read a folder of texts into drafts."""
    files = sorted(str(path) for path in texts.glob("*.txt"))
    command = [sys.executable, "-m", "mandategraph", "ingest", *files, "--organisation", "un", "--out", str(drafts)]
    subprocess.run(command, check=True, capture_output=True)


def operative(score: ModuleType, draft: Path) -> set[str]:
    """Return the operative paragraphs of a draft, by the scorer's key of their words."""
    store = ox.Store()
    store.bulk_load(path=str(draft), format=ox.RdfFormat.TRIG)
    rows = store.query(score.PROVISIONS, use_default_graph_as_union=True)
    return {score.key(row["words"].value) for row in rows if row["words"] and row["type"].value.endswith("-operative")}


def labelled(score: ModuleType, texts: Path, name: str) -> set[str]:
    """Return the operative paragraphs that the labels name."""
    labels = json.loads((texts / f"{name}.labels.json").read_text(encoding="utf-8"))
    lines = (texts / f"{name}.txt").read_text(encoding="utf-8").split("\n")
    pairs = zip(labels, lines, strict=True)
    return {
        score.key(line, label["prefix"] or "")
        for label, line in pairs
        if label["part"] == "operative" and label["level"] == 1
    }


def main() -> None:
    """Measure, print, and write the page where told."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--corpus", type=Path, default=ROOT.parent / "shared" / "corpus")
    asked.add_argument("--half", choices=("other", "first"), default="other")
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    score = scorer(given.corpus)
    with tempfile.TemporaryDirectory() as held:
        work = Path(held)
        texts = work / "printed"
        names = lay(given.folder, given.corpus, given.half, texts)
        due = {name: labelled(score, texts, name) for name in names}
        due = {name: keys for name, keys in due.items() if keys}
        exact: list[str] = []
        rows = []
        for form in FORMS:
            source = work / form
            if form != "printed":
                subprocess.run(
                    [sys.executable, str(given.corpus / "variants.py"), str(texts), str(source), form], check=True
                )
            drafts = work / f"{form}-drafts"
            read(source, drafts)
            every, trusted = Share(), Share()
            for name, keys in due.items():
                found = operative(score, drafts / f"{name}.trig")
                every.take(keys, found)
                if form == "printed" and found == keys:
                    exact.append(name)
                if name in exact:
                    trusted.take(keys, found)
            rows.append(f"| {form} | {every.told()} | {trusted.told()} |")
    told = page(len(names), len(due), len(exact), "\n".join(rows))
    print(told)
    if given.write:
        PAGE.write_text(told, encoding="utf-8")


def page(documents: int, scored: int, exact: int, rows: str) -> str:
    """Return the page of the manual."""
    return f"""# Figures of reading, on further documents

Written by `python bench/ingest_further.py FOLDER --write`; what FOLDER is, and how the documents are halved, is said
there.

{documents:,} documents of the United Nations that are not in the [sample](figures-of-reading.md), as one half of all
that a public repository has: resolutions, decisions, statements, reports and letters from 1946 to 2025. Nobody looked
at any of them while rules were written. {scored:,} have an operative paragraph by their labels, which are machine-made.

{exact:,} of these are read exactly as labelled: the same operative paragraphs, none more, none less. On the others
reading and labels differ; in the half that was looked at most such differences lie in annexes, reports and
declarations, which the labels call operative in one document and not in the next. The columns on the right are of the
{exact:,} alone: whoever reads their printed form as the labels do is asked for the same paragraphs in the harder forms.

| Form | recall, all {scored:,} | precision | recall, the {exact:,} | precision |
|---|---|---|---|---|
{rows}
"""


if __name__ == "__main__":
    main()
