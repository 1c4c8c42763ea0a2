"""`mandategraph ingest` with many files: restarts, name clashes, files that end their process, results."""

import json
import os
import signal
from pathlib import Path

import pytest

from mandategraph.cli import batch
from mandategraph.cli.ingest_results import Progress, as_text
from mandategraph.core.graphs import Graphs

RESOLUTION = "A/RES/99/{}\n\nThe General Assembly,\n\n1. Requests the Secretary-General to report on lighthouses.\n"


@pytest.fixture
def files(tmp_path):
    """Ten resolutions, enough for several processes."""
    made = []
    for number in range(1, 11):
        made.append(tmp_path / f"text-{number:02}.txt")
        made[-1].write_text(RESOLUTION.format(number), encoding="utf-8")
    return made


def ingest(run, files, out, *more):
    return run("ingest", *map(str, files), "--organisation", "un", "--out", str(out), *more)


def test_a_run_goes_on_where_the_one_before_stopped(run, files, tmp_path):
    """A file is read again when it, or its draft, has changed, and only then; the results are told for all."""
    out = tmp_path / "out"
    assert ingest(run, files[:9], out).status == 0
    drafts = {path.name: path.read_bytes() for path in out.glob("*.trig")}
    assert len(drafts) == 9
    files[0].write_text(RESOLUTION.format(77), encoding="utf-8")
    (out / "text-02.trig").unlink()
    again = ingest(run, files, out, "--json")
    told = json.loads(again.out)
    assert {one["draft"] for one in told["drafts"] if not one["unchanged"]} == {"text-01", "text-02", "text-10"}
    assert told["failed"] == 0
    assert next(one["documents"] for one in told["drafts"]) == ["A/RES/99/77"]
    assert (out / "text-02.trig").read_bytes() == drafts["text-02.trig"]
    assert "10 drafts" in ingest(run, files, out).err
    assert "10 of them had not changed" in ingest(run, files, out).err


def test_another_version_of_the_tool_reads_all_anew(files, tmp_path):
    """And a line that was cut off when the run before was ended harms nothing."""
    (job,) = batch.named(files[:1])
    for suffix in (".trig", ".txt"):
        (tmp_path / f"{job.name}{suffix}").write_text("")
    held = tmp_path / "state.jsonl"
    batch.State(held, "1.0").keep(batch.Outcome(job.path, job.name, {"file": "x"}), "abc")
    with held.open("a") as file:
        file.write('{"name": "text-03", "sha')
    assert batch.State(held, "1.0").outcome(job, "abc") is not None
    assert batch.State(held, "1.0").outcome(job, "abd") is None
    assert batch.State(held, "1.1").outcome(job, "abc") is None
    (tmp_path / f"{job.name}.txt").unlink()
    assert batch.State(held, "1.0").outcome(job, "abc") is None


def test_two_files_of_one_name_get_a_draft_each(run, files, tmp_path):
    """None is written over."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "text-01.txt").write_text(RESOLUTION.format(55), encoding="utf-8")
    out = tmp_path / "out"
    assert ingest(run, [files[0], other / "text-01.txt"], out).status == 0
    assert sorted(path.name for path in out.glob("*.trig")) == ["text-01.trig", "text-01.txt.trig"]
    assert "99/55" in (out / "text-01.txt.trig").read_text(encoding="utf-8")


def test_many_results_are_a_table_with_totals(run, files, tmp_path):
    """A row a file, also for those that cannot be read, whose reason stands on standard error and in the JSON."""
    empty = tmp_path / "empty.txt"
    empty.write_text("")
    result = ingest(run, [*files, empty], tmp_path / "out")
    assert result.status == 3
    rows = {
        line.split()[0]: line.split()[-1] for line in result.out.splitlines() if line.startswith(("text-", "empty"))
    }
    assert rows == dict.fromkeys([path.name for path in [*files, empty]], "read")
    assert "not read" in result.out
    assert "Statements:    10" in result.out
    assert result.err.count("empty.txt") == 1
    assert "█" not in result.err
    told = json.loads(ingest(run, [*files, empty], tmp_path / "out", "--json").out)
    assert [Path(one["file"]).name for one in told["not read"]] == ["empty.txt"]
    assert all(one["why"].endswith(".") for one in told["not read"])


def dies(job):
    """Read a file, and end the process at one of them as a fault in a library would."""
    if job.path.name == "text-03.txt":
        os.kill(os.getpid(), signal.SIGKILL)
    return batch.Outcome(job.path, job.name, {"file": job.path.name})


def test_a_file_that_ends_its_process_stops_no_other(files, tmp_path, monkeypatch):
    """It is told by its name; the others are read."""
    monkeypatch.setattr(batch, "one", dies)
    monkeypatch.setattr(batch, "begin", _nothing)
    found = list(batch.drafted(batch.named(files), "un", Graphs().review, tmp_path, batch.State.nowhere()))
    assert [outcome.path for outcome in found] == files
    assert [outcome.path.name for outcome in found if outcome.why] == ["text-03.txt"]


def _nothing(*_):
    """No words are needed where nothing is read."""


class Terminal:
    """Standard error that says it is a terminal."""

    def __init__(self):
        self.written = ""

    def isatty(self):
        return True

    def write(self, text):
        self.written += text

    def flush(self):
        """Nothing is held back."""


def test_the_bar_is_for_terminals_and_ends_clean(monkeypatch):
    """It grows file by file, sentences stand above it, and the line is empty at the end."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with Progress(2) as bar:
        bar.step(batch.Outcome(Path("a.txt"), "a", {"file": "a.txt"}))
        bar.step(batch.Outcome(Path("b.txt"), "b", why="b.txt is empty."))
    assert "1 of 2  a.txt" in terminal.written
    assert "b.txt is empty.\n" in terminal.written
    assert terminal.written.count("█") == 15 + 30
    assert terminal.written.endswith("\r\x1b[K")
    assert as_text([]) == ""


def test_a_text_that_is_not_the_file_itself_comes_with_a_map_back_to_it(run, tmp_path):
    """Offsets of the draft's text lead to the part of the file; a file that is its own text needs none."""
    from docx import Document

    document = Document()
    for words in RESOLUTION.format(9).split("\n\n"):
        document.add_paragraph(words)
    document.save(tmp_path / "lamps.docx")
    (tmp_path / "plain.txt").write_text(RESOLUTION.format(8), encoding="utf-8")
    out = tmp_path / "out"
    assert ingest(run, [tmp_path / "lamps.docx", tmp_path / "plain.txt"], out).status == 0
    assert sorted(path.name for path in out.glob("*.json")) == ["lamps.map.json"]
    told = json.loads((out / "lamps.map.json").read_text(encoding="utf-8"))
    text = (out / "lamps.txt").read_text(encoding="utf-8")
    start = text.index("1. Requests")
    place = [place for at, place, _ in told["from"] if at <= start][-1]
    assert place == "paragraph 3"
    assert told["file"] == "lamps.docx"
