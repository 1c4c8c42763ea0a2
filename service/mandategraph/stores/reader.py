"""
The program of one reader process: opens what it is told to, answers one query at a time, may be killed at any moment.

It is run by itself and imports the engine and nothing of ours, so that a new one is warm within some 50 ms. A message
comes in as its lengths and the seconds there are, how it is to be answered (JSON) and the query; frames go out as a
kind, a length and so many bytes. A short answer is one message and one frame, and its bytes never become objects on the
other side.
"""

from __future__ import annotations

import json
import os
import select
import signal
import struct
import sys
import threading
from typing import Any

# A piece this long is worth a frame; an answer that is shorter is sent when it is whole, or fails before it begins.
_PIECE = 1 << 16
# The pieces of a long answer grow: each is a turn of two processes.
_LARGEST_PIECE = 1 << 19
_OUT_OF_MEMORY = 77
_HEAD = struct.Struct(">IId")
_READ = 1 << 16
# So many ways to answer are remembered, as read; the most common ones come with every query.
_MOST_WAYS = 64


def main(site: str, megabytes: int) -> None:
    """Answer messages until there is nobody to send them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.path.insert(0, site)
    threading.Thread(target=_leave_with_the_parent, daemon=True).start()
    _limit("RLIMIT_CORE", 0)
    # Where memory is short, the system is to take it from a reader and not from who serves everybody.
    try:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write("1000")
    except OSError:
        pass
    held, received = _Held(megabytes), _Received()
    while True:
        way, query, seconds = _HEAD.unpack(received.take(_HEAD.size))
        try:
            _answer(held, received.take(way), received.take(query).decode(), seconds)
        except MemoryError:
            os._exit(_OUT_OF_MEMORY)


class _Received:
    """What came in and was not taken yet; most often a message is there whole after one look."""

    def __init__(self) -> None:
        self._bytes = b""

    def take(self, number: int) -> bytes:
        """Return so many bytes, as soon as they are there."""
        while len(self._bytes) < number:
            piece = os.read(0, max(_READ, number - len(self._bytes)))
            if not piece:
                os._exit(0)
            self._bytes += piece
        taken, self._bytes = self._bytes[:number], self._bytes[number:]
        return taken


class _Held:
    """What this process has open: one state of the data, and the lock that keeps it from being removed."""

    def __init__(self, megabytes: int) -> None:
        self.megabytes = megabytes
        self.place = ""
        self.store: Any = None
        self.lock: int | None = None
        self._ways: dict[bytes, _Way] = {}

    def way(self, told: bytes) -> _Way:
        """Return how a query is to be answered, with the data that is meant open."""
        known = self._ways.get(told)
        if known is None or known.place != self.place:
            if len(self._ways) >= _MOST_WAYS:
                self._ways.clear()
            read = json.loads(told)
            self.open(read["place"])
            known = self._ways[told] = _Way(read, self.store)
        return known

    def open(self, place: str) -> None:
        """Open a snapshot by its folder, or `fd:NUMBER:NAME`, an open file of N-Quads."""
        if place == self.place:
            return
        import pyoxigraph as ox

        _limit("RLIMIT_AS", -1)
        self.store, self.place = None, ""
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None
        if place.startswith("fd:"):
            self.store = ox.Store()
            number = int(place.split(":")[1])
            self.store.bulk_load(input=_whole(number), format=ox.RdfFormat.N_QUADS)
        else:
            self.lock = _shared_lock(place)
            self.store = ox.Store.read_only(place)
        self.place = place
        _limit("RLIMIT_AS", _address_space() + self.megabytes * 1_000_000)


class _Way:
    """
    How a query is to be answered: in which format, within which limits, over which graphs of the data that is open.

    That data never changes, so a graph that is nowhere in it is left out here and not with every query: it is no graph
    of the dataset, or GRAPH ?g {} would tell of it; and of several that are merged it would only take time.
    """

    def __init__(self, told: dict[str, Any], store: Any) -> None:
        self.place = told["place"]
        self.asks = "format" in told
        if not self.asks:
            return
        import pyoxigraph as ox

        self.base = told["base"] or None
        self.most_bytes, self.most_rows, self.form = told["bytes"], told["rows"], told["format"]
        self.engine_format = told["engine_format"]
        self.mends_xml = self.engine_format.endswith("XML")
        default = [ox.DefaultGraph() if name is None else ox.NamedNode(name) for name in told["default"]]
        full = [graph for graph in default if next(store.quads_for_pattern(None, None, None, graph), None) is not None]
        self.default = full or default
        self.named = [graph for graph in map(ox.NamedNode, told["named"]) if store.contains_named_graph(graph)]


class _Cut(Exception):
    """The answer is larger than it may be."""


class _Out:
    """Takes the bytes of an answer, counts them and its rows, and hands them on in pieces."""

    def __init__(self, way: _Way) -> None:
        self.way = way
        self.sent = 0
        self.pending = bytearray()
        self.enough = _PIECE
        self.rows = _Rows(way.form)

    def write(self, piece: bytes) -> int:
        """Take some bytes; _Cut where they are too many."""
        self.pending += piece
        if len(self.pending) >= self.enough:
            self.enough = min(2 * self.enough, _LARGEST_PIECE)
            # What may not stand in XML has up to three bytes, and must not be cut in two.
            kept = 2 if self.way.mends_xml else 0
            _frame(b"D", self._taken(len(self.pending) - kept))
        return len(piece)

    def flush(self) -> None:
        """Nothing: whoever serialises flushes often."""

    def finish(self) -> None:
        """Hand on what is left, and say that it is all."""
        _frame(b"E", self._taken(len(self.pending)))

    def _taken(self, until: int) -> bytes:
        piece = bytes(self.pending[:until])
        del self.pending[:until]
        if self.way.mends_xml:
            piece = _readable(piece)
        if self.rows.count(piece) > self.way.most_rows:
            raise _Cut("rows")
        self.sent += len(piece)
        if self.sent > self.way.most_bytes:
            raise _Cut("bytes")
        return piece


class _Rows:
    """
    Counts the rows of an answer by its bytes alone, as the engine writes each format; 0 for a graph.

    >>> rows = _Rows("csv")
    >>> rows.count(b'x\\r\\n"a\\nb"\\r\\nc\\r\\n')
    2
    """

    def __init__(self, form: str) -> None:
        self._of = {"json": self._json, "xml": self._xml, "csv": self._csv, "tsv": self._lines}.get(form)
        self._rows = -1 if form in {"csv", "tsv"} else 0
        self._tail = b""
        self._quoted = False

    def count(self, piece: bytes) -> int:
        """Return the rows so far, with this piece."""
        if self._of is not None:
            self._of(piece)
        return self._rows

    def _lines(self, piece: bytes) -> None:
        self._rows += piece.count(b"\n")

    def _xml(self, piece: bytes) -> None:
        told = self._tail + piece
        self._rows += told.count(b"<result>")
        self._tail = told[-7:]

    def _csv(self, piece: bytes) -> None:
        for part in piece.split(b'"'):
            if not self._quoted:
                self._rows += part.count(b"\n")
            self._quoted = not self._quoted
        self._quoted = not self._quoted

    def _json(self, piece: bytes) -> None:
        # Only rows follow one another as "},{", save within a text. A quotation mark in a text has a backslash before
        # it, so what comes next tells them apart: a variable's name, or "," or "}" where a text ended.
        told = self._tail + piece
        if self._rows == 0 and (b'[{"' in told or b"[{}" in told):
            self._rows = 1
        # What begins in the last bytes is looked at when the rest of it is there.
        until = max(0, len(told) - 4)
        for sign, each in ((b'},{"', 1), (b'},{",', -1), (b'},{"}', -1), (b",{}", 1)):
            self._rows += each * told.count(sign, 0, until + len(sign) - 1)
        self._tail = told[until:]


def _answer(held: _Held, told: bytes, query: str, seconds: float) -> None:
    try:
        way = held.way(told)
    except (OSError, RuntimeError, SyntaxError) as problem:
        _tell("gone", str(problem))
        return
    if not way.asks:
        _frame(b"R", b"")
        return
    import pyoxigraph as ox

    _limit_time(seconds)
    out = _Out(way)
    try:
        results = held.store.query(query, base_iri=way.base, default_graph=way.default, named_graphs=way.named)
        formats = ox.RdfFormat if isinstance(results, ox.QueryTriples) else ox.QueryResultsFormat
        results.serialize(out, format=getattr(formats, way.engine_format))
        out.finish()
    except SyntaxError as problem:
        _tell("syntax", str(problem))
    except _Cut as cut:
        _tell(str(cut), "")
    except (OSError, RuntimeError, ValueError) as problem:
        _tell("failed", str(problem))


def _tell(kind: str, message: str) -> None:
    _frame(b"X", json.dumps({"kind": kind, "message": message[:2_000]}).encode())


def _frame(kind: bytes, payload: bytes) -> None:
    data = memoryview(struct.pack(">cI", kind, len(payload)) + payload)
    while data:
        try:
            data = data[os.write(1, data) :]
        except OSError:
            os._exit(0)


def _leave_with_the_parent() -> None:
    """End this process when nobody is left to send it anything, also in the midst of a query."""
    watch = select.poll()
    watch.register(0, 0)
    watch.poll()
    os._exit(0)


def _limit(name: str, most: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    kind = getattr(resource, name)
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (hard if most < 0 else most, hard))


def _limit_time(seconds: float) -> None:
    """Let the system end this process where nobody else does: for a parent that is gone or stopped."""
    used = os.times()
    _limit("RLIMIT_CPU", int(used.user + used.system + seconds) + 3)


def _address_space() -> int:
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 1_000_000_000


def _shared_lock(folder: str) -> int | None:
    number = os.open(folder, os.O_RDONLY)
    try:
        import fcntl

        fcntl.flock(number, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (ImportError, OSError):
        os.close(number)
        return None
    return number


def _whole(number: int) -> bytes:
    pieces, at = [], 0
    while piece := os.pread(number, 1 << 24, at):
        pieces.append(piece)
        at += len(piece)
    return b"".join(pieces)


def _readable(piece: bytes) -> bytes:
    """Replace what XML 1.0 cannot hold, escaped or not."""
    import re

    return re.sub(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]", "\N{REPLACEMENT CHARACTER}".encode(), piece)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
