"""Nothing of one machine is committed: no path of it, no registry that it uses."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

# A letter in brackets, so that this file does not find itself.
MACHINE = re.compile(r"/wor[k]/|/roo[t]/|/hom[e]/[a-z]|/User[s]/[a-z]|\.\./share[d]")
REGISTRY = re.compile(r"--(extra-)?inde[x]-url|--fin[d]-links|fil[e]:///|/simpl[e]/[a-z]|pythonhoste[d]|npmj[s]")


def texts(files: list[Path]) -> dict[Path, str]:
    found = {}
    for file in files:
        try:
            found[file] = file.read_text()
        except UnicodeDecodeError:
            continue
    assert len(found) > 50
    return found


def test_no_path_of_a_machine_is_committed(root: Path, own_files: list[Path]) -> None:
    found = {
        f"{file.relative_to(root)}: {line.strip()[:100]}"
        for file, text in texts(own_files).items()
        for line in text.splitlines()
        if MACHINE.search(line)
    }
    assert found == set()


def test_no_registry_is_named(root: Path, own_files: list[Path]) -> None:
    """Everybody's own client knows where packages come from; a lock that says so breaks at the next place."""
    hosts = {
        urlsplit(os.environ.get(name, "")).hostname for name in ("PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX")
    }
    told = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True, check=False
    ).stdout.strip()
    hosts = {host for host in hosts | {urlsplit(told).hostname} if host}
    found = {
        f"{file.relative_to(root)}: {line.strip()[:100]}"
        for file, text in texts(own_files).items()
        if file.name != "Makefile"
        for line in text.splitlines()
        if REGISTRY.search(line) or any(host in line for host in hosts)
    }
    assert found == set()
