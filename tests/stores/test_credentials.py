"""A remote store that asks who is there: it is told, nobody else is, and no one who looks sees the secret."""

import base64
import hashlib
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from mandategraph.cli.main import run
from mandategraph.core.errors import StoreUnavailable, WrongUse
from mandategraph.core.graphs import Dataset
from mandategraph.core.terms import Iri, Literal, Quad
from mandategraph.settings import resolve
from mandategraph.stores.credentials import VARIABLE, Credentials
from mandategraph.stores.remote import RemoteStore

SECRET = "s3cret: of the clerk"  # noqa: S105  of nobody
GRAPH = Dataset(("urn:g",))
ADDED = [Quad(Iri("urn:a"), Iri("urn:p"), Literal("1"), Iri("urn:g"))]


class Guarded(BaseHTTPRequestHandler):
    """An endpoint that answers only those who have said who they are, in the one way it knows."""

    way = "basic"
    moved_to = ""
    seen: list[tuple[str, str]]

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        told = self.headers.get("Authorization", "")
        self.seen.append((self.path, told))
        if self.path == "/moved":
            self.reply(307 if self.way == "bearer" else 302, {"Location": self.moved_to})
        elif not self.is_right(told):
            self.reply(401, {"WWW-Authenticate": f'{self.way} realm="here", nonce="0123", qop="auth", algorithm=MD5'})
        elif self.path == "/update":
            self.reply(204, {})
        else:
            self.reply(200, {}, b'{"head": {"vars": []}, "boolean": true, "results": {"bindings": []}}')

    def is_right(self, told: str) -> bool:
        if self.way == "basic":
            return told == "Basic " + base64.b64encode(f"clerk:{SECRET}".encode()).decode()
        if self.way == "bearer":
            return told == f"Bearer {SECRET}"
        said = dict(re.findall(r'(\w+)="?([^",]*)"?', told))
        first = hashlib.md5(f"clerk:here:{SECRET}".encode()).hexdigest()  # noqa: S324  as RFC 7616 has it
        second = hashlib.md5(f"POST:{self.path}".encode()).hexdigest()  # noqa: S324
        if not {"nonce", "nc", "cnonce", "qop", "response"} <= set(said):
            return False
        whole = f"{first}:{said['nonce']}:{said['nc']}:{said['cnonce']}:{said['qop']}:{second}"
        return said["response"] == hashlib.md5(whole.encode()).hexdigest()  # noqa: S324

    def reply(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def servers() -> Iterator[Any]:
    opened = []

    def start(way: str) -> Any:
        kind = type("Mine", (Guarded,), {"way": way, "seen": []})
        server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        opened.append(server)
        kind.address = f"http://127.0.0.1:{server.server_port}"
        return kind

    yield start
    for server in opened:
        server.shutdown()
        server.server_close()


def credentials(way: str, secret: str = SECRET) -> Credentials:
    return Credentials("" if way == "bearer" else "clerk", secret)


@pytest.mark.parametrize("way", ["basic", "digest", "bearer"])
def test_who_is_known_reads_and_writes(servers: Any, way: str) -> None:
    there = servers(way)
    store = RemoteStore(f"{there.address}/query", credentials=credentials(way))
    assert store.ask("ASK { ?s ?p ?o }", GRAPH)
    store.write(ADDED)
    assert there.seen[-1][0] == "/update"
    assert there.seen[-1][1]


@pytest.mark.parametrize("way", ["basic", "digest", "bearer"])
@pytest.mark.parametrize("secret", ["", "wrong"])
def test_who_is_not_known_is_told_what_to_set(servers: Any, way: str, secret: str) -> None:
    store = RemoteStore(
        f"{servers(way).address}/query", credentials=credentials(way, secret) if secret else Credentials()
    )
    with pytest.raises(StoreUnavailable, match="store_secret_file") as refused:
        store.ask("ASK { ?s ?p ?o }", GRAPH)
    assert "wrong" not in refused.value.message


@pytest.mark.parametrize("way", ["basic", "digest", "bearer"])
def test_a_redirect_takes_nothing_to_another_address(servers: Any, way: str) -> None:
    """Nor is an update counted as made that was sent on without its text."""
    there, other = servers(way), servers(way)
    there.moved_to = f"{other.address}/query?a=b"
    store = RemoteStore(f"{there.address}/moved", f"{there.address}/moved", credentials=credentials(way))
    for work in (lambda: store.ask("ASK { ?s ?p ?o }", GRAPH), lambda: store._update("CLEAR GRAPH <urn:g>")):
        with pytest.raises(StoreUnavailable, match=r"sends on to http://127\.0\.0\.1/query"):
            work()
    assert len(there.seen) >= 2
    assert other.seen == []


def test_a_command_takes_the_secret_from_a_file_or_the_environment_and_never_shows_it(
    servers: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    there = servers("basic")
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n")
    monkeypatch.setenv("MANDATEGRAPH_STORE", f"sparql+{there.address}/query")
    monkeypatch.setenv("MANDATEGRAPH_STORE_USER", "clerk")
    (tmp_path / "any.rq").write_text("ASK { ?s ?p ?o }")
    query = ["query", str(tmp_path / "any.rq")]
    assert run(query) == 3
    assert "no password" in capfd.readouterr().err
    monkeypatch.setenv("MANDATEGRAPH_STORE_SECRET_FILE", str(file))
    assert run(query) == 0
    monkeypatch.delenv("MANDATEGRAPH_STORE_SECRET_FILE")
    monkeypatch.setenv(VARIABLE, SECRET)
    assert run(query) == 0
    for command in (["config", "show", "--origin"], ["status"], ["doctor"], ["load", "cam"]):
        run(command)
    there.way = "digest"
    monkeypatch.setattr(there, "is_right", lambda *_: False)
    assert run(query) == 3
    shown = capfd.readouterr()
    assert "clerk" in shown.out
    assert SECRET not in shown.out + shown.err


@pytest.mark.parametrize("name", ["store", "store_update"])
def test_no_password_stands_in_an_address(name: str) -> None:
    with pytest.raises(WrongUse, match="store_secret_file") as refused:
        resolve({name: "sparql+http://clerk:hidden@localhost/query"}, {"MANDATEGRAPH_CONFIG": "/dev/null"})
    assert "hidden" not in refused.value.message


def test_a_secret_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    from mandategraph.stores.credentials import read_credentials

    with pytest.raises(StoreUnavailable, match="cannot be read"):
        read_credentials("clerk", str(tmp_path / "nowhere"), {})
    with pytest.raises(StoreUnavailable, match="one line"):
        read_credentials("", "", {VARIABLE: "a\r\nHost: b"})
