"""
The commands shown in the manual, run as they stand, and their output compared with what the page shows.

In a console fence, a line that begins with `$ ` is a command and the lines below it are what it prints. `...` stands
for anything. A fence with `file=NAME` is written to that file first. A page that asks 127.0.0.1:8000 gets a service of
its own, started by the runner on a free port. All fences of a page share one folder. A command in a comment that begins
with `first:` is run before them and not shown.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
SHOWN_ADDRESS = "127.0.0.1:8000"
LONGEST_SECONDS = 120
_FIRST = re.compile(r"<!-- first: (.*) -->")
_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """A command of a page, the line it stands on, and the lines that the page shows below it."""

    command: str
    line: int
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What a command printed when it was run."""

    example: Example
    printed: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Tell whether the page shows what the command printed; a traceback is nothing that a page may show."""
        return matches(self.example.shown, self.printed) and not self.broke

    @property
    def broke(self) -> bool:
        """Tell whether the command ended in a fault of a program, not in an answer."""
        return any(line.startswith("Traceback (most recent call last)") for line in self.printed)


def matches(shown: tuple[str, ...], printed: tuple[str, ...]) -> bool:
    """
    Tell whether output is what a page shows of it.

    >>> matches(("one", "...", "ten"), ("one", "two", "three", "ten"))
    True
    >>> matches(("as of ...",), ("as of 2016-10-20",))
    True
    >>> matches(("one",), ("one", "two"))
    False
    """
    pattern = re.escape("\n".join(line.rstrip() for line in shown))
    # A line of its own may also stand for no line at all.
    pattern = pattern.replace("\n" + re.escape("...") + "\n", r"\n(?:.*\n)?").replace(re.escape("..."), ".*")
    return re.fullmatch(pattern, "\n".join(line.rstrip() for line in printed), re.DOTALL) is not None


def examples(text: str) -> Iterator[tuple[str, list[Example]]]:
    """Yield the fences of a page: the info line of each, and its commands (none unless it is a console)."""
    for fence in _FENCE.finditer(text):
        first = text.count("\n", 0, fence.start("body")) + 1
        yield (
            fence["info"].strip(),
            list(_commands(fence["body"], first)) if fence["info"].startswith("console") else [],
        )


def _commands(body: str, first: int) -> Iterator[Example]:
    command, line, shown = "", 0, list[str]()
    for number, text in enumerate(body.splitlines(), first):
        if command.endswith("\\") and not shown:
            command += "\n" + text
        elif text.startswith("$ "):
            if command:
                yield Example(command, line, tuple(shown))
            command, line, shown = text[2:], number, []
        else:
            shown.append(text)
    if command:
        yield Example(command, line, tuple(shown))


def files(text: str) -> Iterator[tuple[str, str]]:
    """Yield name and content of the files that a page asks its reader to write."""
    for fence in _FENCE.finditer(text):
        named = re.search(r"\bfile=(\S+)", fence["info"])
        if named:
            yield named[1], fence["body"]


def run(page: Path) -> list[Outcome]:
    """Run every command of a page, in order, and return what each printed."""
    text = page.read_text()
    commands = [example for _, found in examples(text) for example in found]
    with TemporaryDirectory() as folder, _Session(Path(folder)) as session:
        for name, content in files(text):
            (session.place / name).write_text(content)
        for command in _FIRST.findall(text):
            session.run(command)
        return [Outcome(example, session.run(example.command)) for example in commands]


class _Session:
    """A folder, an environment and, once a command asks for it, a service."""

    def __init__(self, folder: Path) -> None:
        self.place = folder / "here"
        self.place.mkdir()
        kept = {name: value for name, value in os.environ.items() if name in {"LANG", "PATH", "TMPDIR", "LC_ALL"}}
        home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "config")}
        path = {"PATH": os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")])}
        self._environment = {"LANG": "C.UTF-8", "COLUMNS": "100", "NO_COLOR": "1"} | kept | home | path
        self._status = 0
        self._address = ""
        self._service: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> _Session:
        return self

    def __exit__(self, *_: object) -> None:
        if self._service is not None:
            self._service.terminate()
            self._service.wait(LONGEST_SECONDS)

    def run(self, command: str) -> tuple[str, ...]:
        asks_for_service = SHOWN_ADDRESS in command or any(
            SHOWN_ADDRESS in (self.place / word).read_text()
            for word in command.split()
            if re.fullmatch(r"[\w.-]+\.(py|sh|rq)", word) and (self.place / word).is_file()
        )
        if asks_for_service and self._service is None:
            self._serve()
        if self._address:
            command = command.replace(SHOWN_ADDRESS, self._address)
            for file in self.place.glob("*.py"):
                file.write_text(file.read_text().replace(SHOWN_ADDRESS, self._address))
        # The status of the command before it, so that a page can show `echo $?`.
        outcome = subprocess.run(
            ["bash", "-c", f"(exit {self._status})\n{command}"],
            cwd=self.place,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LONGEST_SECONDS,
            check=False,
        )
        self._status = outcome.returncode
        printed = outcome.stdout.decode()
        if self._address:
            printed = printed.replace(self._address, SHOWN_ADDRESS)
        return tuple(printed.replace(str(self.place.parent), "~").splitlines())

    def _serve(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._address = f"127.0.0.1:{port}"
        self._service = subprocess.Popen(
            [sys.executable, "-m", "mandategraph", "serve", "--port", str(port)],
            cwd=self.place,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(LONGEST_SECONDS * 10):
            with suppress(OSError), urllib.request.urlopen(f"http://{self._address}/healthz", timeout=5):
                return
            if self._service.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError("the service for the manual did not start")


def refreshed(page: Path) -> str:
    """Return a page with what its commands print now; a page's own `...` stays where lines before it still hold."""
    lines = page.read_text().splitlines()
    # From the end, so that the lines of earlier examples keep their numbers.
    for outcome in reversed(run(page)):
        if outcome.broke:
            raise RuntimeError(f"{page.name}:{outcome.example.line}: " + "\n".join(outcome.printed))
        if outcome.agrees:
            continue
        start = outcome.example.line + outcome.example.command.count("\n")
        lines[start : start + len(outcome.example.shown)] = _shortened(outcome.example.shown, outcome.printed)
    return "\n".join(lines) + "\n"


def _shortened(shown: tuple[str, ...], printed: tuple[str, ...]) -> list[str]:
    if "..." not in shown:
        return [line.rstrip() for line in printed]
    before = shown.index("...")
    after = len(shown) - before - 1
    head = list(printed[:before])
    tail = list(printed[len(printed) - after :]) if after else []
    return [line.rstrip() for line in [*head, "...", *tail]]


def pages() -> list[Path]:
    """Return the pages whose commands are run: the README and the manual, without what is generated."""
    manual = ROOT / "docs"
    return [
        page
        for page in [
            ROOT / "README.md",
            *sorted(manual.glob("tutorial*.md")),
            *sorted((manual / "how-to").glob("*.md")),
        ]
        if any(found for _, found in examples(page.read_text()))
    ]
