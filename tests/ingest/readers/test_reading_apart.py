"""Files are read in a process that cannot do harm, and that may end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mandategraph.core.errors import UnreadableFile
from mandategraph.ingest import worker
from mandategraph.ingest.readers.choose import read_document
from mandategraph.ingest.worker import Allowance, Worker, packed, unpacked

SOURCE = Path(worker.__file__).parents[2]
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel of Linux refuses calls")


@pytest.fixture(scope="module")
def apart():
    with Worker() as held:
        yield held


def test_what_comes_back_is_what_was_read(apart, word, tmp_path):
    made = word()
    ours = made.list("decimal|%1.")
    made.add("Words", num=ours, level=0)
    made.body.append(f"<w:tbl><w:tr><w:tc>{made.paragraph('Cell')}</w:tc></w:tr></w:tbl>")
    file = tmp_path / "made.docx"
    data = made.data()
    file.write_bytes(data)
    reading = apart.read(file)
    assert reading == read_document("made.docx", data)
    assert unpacked(packed(reading)) == reading


def test_one_process_reads_many_files(apart):
    apart.read_bytes("a.txt", b"The Board decides.")
    first = apart._plain._process
    for _ in range(20):
        assert apart.read_bytes("a.txt", b"The Board decides.").text == "The Board decides."
    assert apart._plain._process is first


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda folder: folder / "missing.docx", r"missing\.docx is not there; give the path"),
        (lambda folder: folder, "is no file but a folder"),
    ],
)
def test_paths_that_are_no_files(apart, tmp_path, make, told):
    with pytest.raises(UnreadableFile, match=told):
        apart.read(make(tmp_path))


def test_a_file_of_300_megabytes_is_not_even_opened(apart, tmp_path):
    file = tmp_path / "long.txt"
    with file.open("wb") as held:
        held.truncate(300 << 20)
    started = time.perf_counter()
    with pytest.raises(UnreadableFile, match=r"long\.txt is 300 MB"):
        apart.read(file)
    assert time.perf_counter() - started < 1


def test_refusals_come_back_and_the_process_stays(apart):
    apart.read_bytes("a.txt", b"The Board decides.")
    process = apart._plain._process
    with pytest.raises(UnreadableFile, match=r"a\.pdf is damaged"):
        apart.read_bytes("a.pdf", b"%PDF-1.7")
    assert apart._plain._process is process


def killed(held: Worker) -> None:
    process = held._plain._process
    assert process is not None
    process.kill()
    process.wait()


def test_a_large_program_does_not_wear_out_its_reader():
    """What the starting program holds is not counted as the reader's own memory."""
    held_here = bytearray(b"x") * (400 << 20)
    with Worker() as held:
        held.read_bytes("a.txt", b"One.")
        first = held._plain._process
        assert first is not None
        held.read_bytes("b.txt", b"Two.")
        assert held._plain._process is first
    assert len(held_here) == 400 << 20


def test_after_an_end_the_next_file_gets_a_new_process():
    with Worker() as held:
        held.read_bytes("a.txt", b"One.")
        killed(held)
        assert held.read_bytes("b.txt", b"Two.").text == "Two."


@pytest.mark.skipif(os.name != "posix", reason="stops a process by a signal")
def test_the_clock_ends_what_takes_too_long():
    import signal

    with Worker(Allowance(seconds=0.5)) as held:
        held._plain._allowance = Allowance(seconds=10)
        held.read_bytes("a.txt", b"One.")
        held._plain._allowance = Allowance(seconds=0.5)
        process = held._plain._process
        assert process is not None
        os.kill(process.pid, signal.SIGSTOP)
        with pytest.raises(UnreadableFile, match=r"b\.txt could not be read within 0 seconds; split it"):
            held.read_bytes("b.txt", b"Two.")
        held._plain._allowance = Allowance(seconds=10)
        assert held.read_bytes("c.txt", b"Three.").text == "Three."


@linux
def test_memory_has_an_end(word):
    made = word()
    for place in range(60_000):
        made.add(f"The Board decides {place}")
    with Worker(Allowance(memory_bytes=100 << 20)) as held:
        with pytest.raises(UnreadableFile, match=r"long\.docx .*memory"):
            held.read_bytes("long.docx", made.data())
        assert held.read_bytes("a.txt", b"One.").text == "One."


@linux
def test_memory_stays_bounded_over_many_files(word):
    made = word()
    for place in range(400):
        made.add(f"The Board decides {place}, and asks the Secretary to report on it")
    data = made.data()
    with Worker() as held:
        held.read_bytes("a.docx", data)
        process = held._plain._process
        assert process is not None

        def resident() -> int:
            return int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

        for _ in range(20):
            held.read_bytes("a.docx", data)
        before = resident()
        for _ in range(60):
            held.read_bytes("a.docx", data)
        assert resident() < before + (8 << 20)
        assert resident() < 200 << 20


CONFINED = """
import os, socket, subprocess, sys, _socket
sys.path.insert(0, sys.argv[1])
from mandategraph.ingest.confinement import cut_off
print(sorted(cut_off(programs=False)))
tries = {
    "socket": lambda: socket.socket(),
    "plain socket": lambda: _socket.socket(),
    "program": lambda: subprocess.run(["true"]),
    "write": lambda: open(sys.argv[2] + "/new", "w"),
    "cut": lambda: os.truncate(sys.argv[2] + "/old", 0),
    "remove": lambda: os.unlink(sys.argv[2] + "/old"),
    "signal": lambda: os.kill(os.getppid(), 0),
}
for name, attempt in tries.items():
    try:
        attempt()
        print(name, "went through")
    except PermissionError:
        print(name, "refused")
print(open(sys.argv[2] + "/old").read())
"""


@linux
def test_a_reader_has_no_network_no_programs_and_no_disk_to_write_on(tmp_path):
    (tmp_path / "old").write_text("kept")
    told = subprocess.run(
        [sys.executable, "-c", CONFINED, str(SOURCE), str(tmp_path)], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert "calls" in told[0]
    assert told[1:] == [
        *(f"{name} refused" for name in ("socket", "plain socket", "program", "write", "cut", "remove", "signal")),
        "kept",
    ]
    assert not (tmp_path / "new").exists()
