"""The service over the shipped plan: in this process for most tests, behind a real server for those that need one."""

import importlib.util
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="session")
def tokens():
    """The tokens that the service takes; a test makes those it needs."""
    from mandategraph.stores.tokens import Tokens

    return Tokens(None)


@pytest.fixture(scope="session")
def bearing(tokens):
    """Return the headers of a request with a new token of some scopes."""

    def made(*scopes: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {tokens.create(scopes)[0]}"}

    return made


@pytest.fixture(scope="session")
def app(installation, tokens):
    from mandategraph.web.app import create_app

    return create_app(installation, tokens)


@pytest.fixture(scope="session")
def client(app) -> Iterator[TestClient]:
    """A client that follows no redirect by itself and sends no Accept of its own."""
    with TestClient(app, follow_redirects=False, headers={"Accept": "*/*"}) as made:
        yield made


@pytest.fixture(scope="session")
def browser_like(client):
    """Fetch a page as a browser asks for it."""

    def fetch(path: str, **headers: str):
        return client.get(path, headers={"Accept": BROWSER, **headers}, follow_redirects=True)

    return fetch


@pytest.fixture(scope="session")
def read_page():
    """Read a page's HTML: links, anchors, words, and everything that is wrong with it."""
    spec = importlib.util.spec_from_file_location("html_checks", Path(__file__).with_name("html_checks.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.read_page


@pytest.fixture(scope="session")
def served():
    """Put an application behind a real server on a free port, as the command does; a context that gives its address."""
    import socket

    import uvicorn

    from mandategraph.web.patience import Patient

    @contextmanager
    def serving(app) -> Iterator[str]:
        listener = socket.create_server(("127.0.0.1", 0))
        running = uvicorn.Server(uvicorn.Config(app, http=Patient, log_level="warning", access_log=False))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        until = time.monotonic() + 20
        while not running.started:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        running.should_exit = True
        thread.join(10)

    return serving


@pytest.fixture(scope="session")
def server(app, served) -> Iterator[str]:
    """The address of the service behind a real server on a free port."""
    with served(app) as address:
        yield address


@pytest.fixture
def written(tmp_path, tokens):
    """Open a store folder behind the service, empty or with a plan, for tests that write to it."""
    from mandategraph.settings import Settings
    from mandategraph.web.app import create_app
    from mandategraph.wiring import load_plan, open_installation

    opened = []

    def made(plan: str = "", **settings) -> TestClient:
        chosen = Settings(store=str(tmp_path / f"store{len(opened)}"), free_megabytes=1, **settings)
        if plan:
            load_plan(chosen, plan)
        here = open_installation(chosen, make=True)
        here.take_writes()
        opened.append(here)
        return TestClient(create_app(here, tokens), follow_redirects=False, headers={"Accept": "*/*"})

    yield made
    for here in opened:
        here.close()
