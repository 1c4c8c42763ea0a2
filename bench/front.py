"""A bare Python front before another server: takes a query, asks that server, gives its answer. A peer, no product."""

from __future__ import annotations

import http.client
import sys
import threading
import urllib.parse

import uvicorn
from fastapi import FastAPI, Request
from starlette.responses import Response

app = FastAPI()
held = threading.local()


@app.get("/sparql")
def sparql(request: Request, query: str) -> Response:
    """Answer a query with what the server behind answers."""
    parts = urllib.parse.urlsplit(sys.argv[1])
    if not hasattr(held, "connection"):
        held.connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    asked = f"{parts.path}?query={urllib.parse.quote(query)}"
    headers = {"Accept": request.headers.get("accept", "*/*")}
    try:
        held.connection.request("GET", asked, headers=headers)
        answered = held.connection.getresponse()
    except (OSError, http.client.HTTPException):
        # The server behind closes a connection now and then.
        held.connection.close()
        held.connection.request("GET", asked, headers=headers)
        answered = held.connection.getresponse()
    return Response(answered.read(), answered.status, media_type=answered.getheader("Content-Type"))


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error", access_log=False)
