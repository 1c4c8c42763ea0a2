"""
The command line: which verbs there are, and what becomes of an error.

A verb is a module with a function `command`. It is imported when it is called, so that help and short commands do not
wait for what they never use.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from typing import Any

from mandategraph import __version__

VERBS = {
    "serve": "Serve pages, data and queries over the web.",
    "questions": "List the named questions.",
    "ask": "Put a named question to the store.",
    "show": "Show what is known of one thing.",
    "explain": "Tell why something follows, down to the words of the source.",
    "query": "Put any SPARQL query to the store.",
    "check": "Check a plan: what is missing, what needs a decision.",
    "worksheet": "Write what waits for a decision as a spreadsheet.",
    "decide": "Decide a link, a gap, a status, who is in charge, what was held.",
    "log": "Tell who decided what, when and why.",
    "diff": "Tell in words what two exports differ in.",
    "ingest": "Read documents into draft graphs.",
    "accept": "Take a reviewed draft into the facts.",
    "withdraw": "Take a document out of the facts again.",
    "load": "Load the shipped plan, or RDF files.",
    "export": "Write what is in the store as RDF.",
    "infer": "Bring what follows from the facts up to date.",
    "token": "Make, list or revoke tokens for reading more and writing over HTTP.",
    "backup": "Copy the store into a folder, while it is in use.",
    "restore": "Make a store of a backup.",
    "status": "Tell what is in the store, and the account of the source text.",
    "doctor": "Look whether everything works, and say what does not.",
    "config": "Show the settings, and where each comes from.",
}
"""Verb to the line that help gives it, in the order of help."""

_OF_THE_DISK = frozenset({errno.EIO, errno.ENOSPC, errno.EROFS, errno.ENODEV, errno.ENXIO, errno.ENOTCONN})
_EPILOG = "Exit status: 0 done, 1 findings, 2 wrong use, 3 could not look or read, 130 interrupted."


def main() -> None:
    """Run the command line of this process."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; whatever goes wrong becomes one sentence on standard error."""
    if list(arguments) == ["--version"]:
        print(f"mandategraph {__version__}")
        return 0
    try:
        status = _application().main(list(arguments), prog_name="mandategraph", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except SystemExit as left:
        # The library ends the program with 1 where its reader has gone away, which would read as findings.
        return 141 if isinstance(left.__context__, BrokenPipeError) else int(left.code or 0)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141
    except Exception as problem:
        return _told(problem, arguments)


def _told(problem: Exception, arguments: Sequence[str]) -> int:
    from mandategraph.core.errors import MandateGraphError

    if _debugging(arguments):
        import traceback

        traceback.print_exc()
    if isinstance(problem, MandateGraphError):
        print(problem.message, file=sys.stderr)
        return problem.exit_status
    show, status = getattr(problem, "show", None), getattr(problem, "exit_code", None)
    if show is not None and isinstance(status, int):  # wrong use, as the argument parser tells it
        show()
        return status
    if isinstance(problem, RecursionError | MemoryError):
        print("This was too large or too deep to be worked on here.", file=sys.stderr)
        return 3
    if isinstance(problem, OSError) and problem.errno in _OF_THE_DISK:
        where = f": {problem.filename}" if problem.filename else ""
        print(f"The disk does not answer ({problem.strerror}){where}. Look after it and try again.", file=sys.stderr)
        return 3
    sentence = " ".join(str(problem).split())[:300]
    print(f"Something went wrong that should not ({type(problem).__name__}: {sentence}).", file=sys.stderr)
    print("Run the command again as “mandategraph --debug …” to see where, and report it.", file=sys.stderr)
    return 3


def _debugging(arguments: Sequence[str]) -> bool:
    before_the_verb = []
    for argument in arguments:
        if argument in VERBS:
            break
        before_the_verb.append(argument)
    return "--debug" in before_the_verb or os.environ.get("MANDATEGRAPH_DEBUG", "") not in {"", "0"}


def _application() -> Any:
    import typer
    from typer.core import TyperGroup
    from typer.main import get_command

    from mandategraph.cli.options import before_the_verb

    class Verbs(TyperGroup):
        """The verbs, each imported when it is called."""

        def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
            return list(VERBS)

        def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
            from mandategraph.core.errors import UnknownName

            if cmd_name not in VERBS:
                raise UnknownName("command", cmd_name, VERBS, "List them with: mandategraph --help")
            return _verb(cmd_name)

        def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
            with formatter.section("Commands"):
                formatter.write_dl(list(VERBS.items()))

    app = typer.Typer(
        cls=Verbs,
        help="What international bodies asked for, of whom, and what answers it.",
        epilog=_EPILOG,
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(before_the_verb)
    return get_command(app)


def _verb(name: str) -> Any:
    from importlib import import_module

    import typer
    from typer.main import get_command

    app = typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.command(name=name)(import_module(f"mandategraph.cli.{name}").command)
    return get_command(app)
