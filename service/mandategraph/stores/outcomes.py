"""What came of a change that was announced, for the record of writes."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from mandategraph.core.errors import NotWritten
from mandategraph.stores.announcements import Announced
from mandategraph.stores.audit import AuditLog


def record_outcome(audit: AuditLog, announced: Announced, done: Future[dict[str, Any]]) -> None:
    """
    Record a change that is on the disk, or may be; or note that nothing came of it.

    >>> from mandategraph.stores.audit import Write
    >>> log, done = AuditLog(None), Future()
    >>> done.set_exception(NotWritten("It was cut off; whether it was written is not known.", may_be_written=True))
    >>> record_outcome(log, log.announce(Write("put", "token 1", ("urn:g",))), done)
    >>> [line.write.detail for line in log.lines()]
    ['(it was cut off, and whether it was made is not known)']
    """
    problem = done.exception()
    outcome = {} if problem is not None else done.result()
    changed_nothing = outcome.get("was_there") is False and "version" not in outcome
    if isinstance(problem, NotWritten) and problem.may_be_written:
        audit.made(announced, is_known=False)
    elif problem is not None or changed_nothing:
        audit.not_made(announced)
    else:
        audit.made(announced, outcome.get("added"), outcome.get("removed"))
