"""How long the service waits for a client that sends its request drop by drop."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


class Patient(H11Protocol):
    """
    HTTP as uvicorn speaks it, with an end to waiting.

    A connection whose request head is not whole after `head_seconds`, or whose body comes more slowly than
    `body_bytes_a_second` for so long, is closed: a few hundred of them would keep everybody else out.
    """

    head_seconds = 20.0
    body_bytes_a_second = 200.0
    look_seconds = 1.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection."""
        self._since: float | None = None
        self._state: Any = None
        self._received = 0
        super().connection_made(transport)
        self._look_again()

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        self._received += len(data)
        super().data_received(data)

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
            if state is h11.IDLE or self._received < self.body_bytes_a_second * self.head_seconds:
                self.transport.close()
                return
            self._since, self._received = now, 0
        self._look_again()

    def _waited_for(self) -> Any:
        """Return what the client has still to send: h11.IDLE its head, h11.SEND_BODY its body, None nothing."""
        state = self.conn.their_state
        if state is h11.IDLE and self.timeout_keep_alive_task is None:
            return state
        # Where the application does not read on, it is not the client who is slow.
        if state is h11.SEND_BODY and not self.flow.read_paused:
            return state
        return None
