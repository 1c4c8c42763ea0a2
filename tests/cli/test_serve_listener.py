"""The socket of the service is one on which small answers leave at once."""

from __future__ import annotations

import socket

from mandategraph.cli.serve import _listen


def test_the_listener_names_its_protocol() -> None:
    """asyncio switches Nagle's algorithm off only then; with it, an answer in two pieces waits 40 ms for a receipt."""
    with _listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP
