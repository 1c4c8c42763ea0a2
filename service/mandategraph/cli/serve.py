"""`mandategraph serve`: the pages, the data and the query service, on one address."""

from __future__ import annotations

import logging
import math
import signal
import socket
import sys
import threading
from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer

from mandategraph import __version__
from mandategraph.cli.options import LangOption, StoreOption, open_store, settings_from
from mandategraph.cli.output import say
from mandategraph.core.errors import CannotLook, WrongValue
from mandategraph.stores.tokens import Tokens
from mandategraph.web.memory import share_memory_among_threads
from mandategraph.wiring import Installation, memory_installation, open_installation

if TYPE_CHECKING:
    from mandategraph.settings import Settings
    from mandategraph.web.service import Service

_PORTS = 65_535
# How many connections are taken at once.
_MOST_CONNECTIONS = 512


def command(
    host: Annotated[str | None, typer.Option(help="The address to listen on; 0.0.0.0 for every network.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on; 0 takes a free one.")] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Write nothing to the disk, not even a first store.")
    ] = False,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """Serve the pages, the data and the query service until interrupted."""
    settings = settings_from(store=store, lang=lang)
    share_memory_among_threads()
    # The server hands the signal on once it has stopped; the store is still to be closed then.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    listener = _listen(host or settings.host, settings.port if port is None else port)
    # Importing the web framework takes as long as opening the store: one in the background of the other.
    importing = threading.Thread(target=_import_web, daemon=True)
    importing.start()
    with listener, _opened(settings, read_only) as here:
        importing.join()
        from mandategraph.web import logs
        from mandategraph.web.app import create_app

        logs.begin(settings.log, settings.log_level)
        # A store in memory has no tokens: nobody could have made any for it.
        is_kept = settings.store_address or settings.own_folder.exists()
        app = create_app(here, Tokens(settings.own_folder if is_kept else None))
        service: Service = app.state.service
        _tell(service, listener, settings)
        # The check behind the first page takes a while: it is made while the reader is still clicking.
        threading.Thread(target=service.report, args=("plan", settings.lang), daemon=True).start()
        if service.readers is not None:
            service.readers.warm()
        _run(app, listener, settings.stop_seconds)


def _opened(settings: Settings, read_only: bool) -> Installation:
    """Open the store; with `read_only`, one that is not there yet is held in memory and not made."""
    if read_only and settings.is_default_store and not settings.store_folder.exists():
        say(f"There is no store in {settings.store_folder} yet; the shipped plan is served from memory.")
        return memory_installation(settings)
    if read_only:
        return open_store(settings)
    here = open_installation(settings, make=True, talk=say)
    here.take_writes()
    return here


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; CannotLook with one sentence where the address cannot be had."""
    if not 0 <= port <= _PORTS:
        raise WrongValue("port", str(port), f"a number from 0 to {_PORTS}", "8000")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small pieces at once (TCP_NODELAY) only where the protocol is named; else each answer waits 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_MOST_CONNECTIONS)
    except OSError as problem:
        listener.close()
        raise CannotLook(_why_not(host, port, problem)) from problem
    return listener


def _why_not(host: str, port: int, problem: OSError) -> str:
    import errno

    if problem.errno == errno.EADDRINUSE:
        other = port + 1 if port < _PORTS else port - 1
        return f"Port {port} on {host} is taken by another program. Choose another: mandategraph serve --port {other}"
    if problem.errno == errno.EACCES:
        return f"Port {port} on {host} is not ours to take. Choose one above 1023: mandategraph serve --port 8000"
    return f"Cannot listen on {host}, port {port}: {problem.strerror or problem}."


def _import_web() -> None:
    for name in ("uvicorn", "mandategraph.web.app", "mandategraph.checks", "mandategraph.web.pages.home"):
        import_module(name)


def _tell(service: Service, listener: socket.socket, settings: Settings) -> None:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    # An address of every network is none to click on.
    address = f"http://{'localhost' if host in ('0.0.0.0', '::') else shown}:{port}/"  # noqa: S104
    count = service.triple_count
    if settings.log == "json":
        # Whoever collects JSON gets nothing else.
        logging.getLogger(__name__).info("serving", extra={"address": address, "statements": count})
        return
    say(f"Mandate Graph {__version__}")
    if count:
        about = service.plan
        name = service.labels([about.value], settings.lang)[about.value].text if about else "No work plan is entered"
        say(f"{name}: {count:,} statements, {len(service.question_names())} questions")
    else:
        say("The store is empty. Fill it with: mandategraph load cam")
    say(f"{address}        pages; {address}sparql  queries; {address}api  addresses")
    say("Stop with Ctrl-C.")


def _run(app: object, listener: socket.socket, stop_seconds: float) -> None:
    import uvicorn

    from mandategraph.web.patience import Patient

    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        http=Patient,
        log_config=None,
        access_log=False,
        server_header=False,
        # Who is behind a proxy says so by the setting public_url; headers of clients are not believed.
        proxy_headers=False,
        limit_concurrency=_MOST_CONNECTIONS,
        backlog=_MOST_CONNECTIONS,
        timeout_keep_alive=15,
        # No new connection is taken; what runs may end.
        timeout_graceful_shutdown=math.ceil(stop_seconds),
    )
    uvicorn.Server(config).run(sockets=[listener])
