"""
How long a graph takes to be written and replaced through `/graphs`, and how much memory its writer takes meanwhile.

    bench/replace_graph.py [--triples 30000 300000]

Beside it stands the engine alone, which loads the same text into a graph in one transaction.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path

import pyoxigraph as ox
from crash import Service


def text(triples: int, tag: str) -> str:
    """Return N-Triples, other ones for another tag."""
    return "".join(
        f'<https://example.org/it/{n}> <https://example.org/p/{n % 17}> "words number {n} of {tag}, some more"@en .\n'
        for n in range(triples)
    )


def put(service: Service, graph: str, data: str, headers: dict[str, str]) -> None:
    """Replace a graph."""
    connection = HTTPConnection("127.0.0.1", service.port, timeout=900)
    connection.request("PUT", f"/graphs?graph={graph}", data.encode(), headers)
    answer = connection.getresponse()
    told = answer.read()
    connection.close()
    if answer.status not in (201, 204):
        raise SystemExit(f"{answer.status}: {told.decode()}")


def alone(folder: Path, data: str) -> float:
    """Return how many seconds of the processor the engine takes to load a text."""
    store, began = ox.Store(str(folder)), time.process_time()
    store.load(data.encode(), format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode("urn:g"))
    store.flush()
    return time.process_time() - began


def spent(pid: int) -> tuple[float, int]:
    """Return the seconds of the processor that a process has taken, and its highest memory in MB."""
    times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert peak is not None
    return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK"), int(peak[1]) // 1024


def writer_of(service: Service) -> int:
    """Return the number of the process that writes for a service."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if str(service.folder).encode() in (told := (entry / "cmdline").read_bytes()) and b"writer.py" in told:
                    return int(entry.name)
            except OSError:
                continue
    raise SystemExit("There is no writer.")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, nargs="+", default=[30_000, 300_000])
    sizes = parser.parse_args().triples
    print("triples   what       clock s   processor s   µs a triple   writer MB   engine alone, processor s")
    for triples in sizes:
        os.environ |= {"MANDATEGRAPH_UPLOAD_MEGABYTES": "500", "MANDATEGRAPH_WRITE_SECONDS": "900"}
        with tempfile.TemporaryDirectory() as place:
            beside = alone(Path(place) / "alone", text(triples, "first"))
            service = Service(Path(place) / "store")
            service.start()
            try:
                headers = {"Authorization": f"Bearer {service.token()}", "Content-Type": "application/n-triples"}
                put(service, "urn:small", "<urn:a> <urn:b> <urn:c> .", headers)
                for what in ("written", "replaced"):
                    before, began = spent(writer_of(service))[0], time.monotonic()
                    put(service, "urn:g", text(triples, what), headers)
                    clock, (after, peak) = time.monotonic() - began, spent(writer_of(service))
                    used = after - before
                    print(f"{triples:>7,}   {what:<8} {clock:>9.1f} {used:>13.1f} {used / triples * 1e6:>13.0f} "
                          f"{peak:>11,} {beside:>29.1f}")  # fmt: skip
            finally:
                service.stop()


if __name__ == "__main__":
    main()
