"""How the service speaks HTTP: how long it waits for a client that sends drop by drop, and how much it takes unread."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_HEAD, _BODY = "head", "body"


class Patient(HttpToolsProtocol):
    """
    HTTP as uvicorn speaks it, with an end to waiting and to what is sent for nothing.

    A connection whose request head is not whole after `head_seconds`, or whose body comes more slowly than
    `body_bytes_a_second` for so long, is closed: a few hundred of them would keep everybody else out. So is one that
    sends `most_unread` bytes of which nothing comes: a head without end, or trailers, or what stands beside chunks.
    """

    head_seconds = 20.0
    body_bytes_a_second = 200.0
    look_seconds = 1.0
    most_unread = 64_000

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection."""
        self._since: float | None = None
        self._state: object = None
        self._received = 0
        self._unread = 0
        self._is_in_head = True
        super().connection_made(transport)
        self._look_again()

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        self._received += len(data)
        self._unread += len(data)
        super().data_received(data)
        if self._unread > self.most_unread and not self.transport.is_closing():
            self.send_400_response(f"A request has at most {self.most_unread:,} bytes before its body and after it.")

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._is_in_head = True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; what follows a body in chunks is no header of the request, whatever it says."""
        if self._is_in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin to answer."""
        self._is_in_head, self._unread = False, 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._unread = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request."""
        self._unread = 0
        super().on_message_complete()

    def _look_again(self) -> None:
        self.loop.call_later(self.look_seconds, self._look)

    def _look(self) -> None:
        if self.transport.is_closing():
            return
        state = self._waited_for()
        now = self.loop.time()
        if state is None or state is not self._state or self._since is None:
            self._state, self._since, self._received = state, now, 0
        elif now - self._since > self.head_seconds:
            if state is _HEAD or self._received < self.body_bytes_a_second * self.head_seconds:
                self.transport.close()
                return
            self._since, self._received = now, 0
        self._look_again()

    def _waited_for(self) -> str | None:
        """Return what the client has still to send: the head of a request or its body; None where it is nothing."""
        if self.cycle is None or self.cycle.response_complete:
            # Between two requests uvicorn itself waits, for a while of its own.
            return _HEAD if self.timeout_keep_alive_task is None else None
        # Where the application does not read on, it is not the client who is slow.
        return _BODY if self.cycle.more_body and not self.flow.read_paused else None
