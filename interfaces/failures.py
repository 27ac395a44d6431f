"""From an error to what a person sees and the shell gets: each audience its own form."""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..engine.errors import UserError

BAD_INPUT, BUDGET_REACHED, INFRASTRUCTURE = 2, 6, 7
_PLAIN_WORDS = {
    "Input should be ": "it should be ",
    "greater than or equal to": "at least",
    "less than or equal to": "at most",
}


def exit_code_of(error: BaseException) -> int:
    """Show an error on stderr and return the exit code for it."""
    import click

    from ..engine.errors import BudgetReachedError, EndpointError, UserError

    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else 1
    if isinstance(error, KeyboardInterrupt | click.exceptions.Abort) or type(error).__name__ == "Abort":
        print("Interrupted. Give the same command again to continue.", file=sys.stderr)  # noqa: T201
        return 130
    if type(error).__name__ == "Exit":
        return int(getattr(error, "exit_code", 0))
    if hasattr(error, "format_message"):
        _show_user_error(_as_user_error(error))
        return BAD_INPUT
    if isinstance(error, UserError):
        _show_user_error(error)
        codes = {BudgetReachedError: BUDGET_REACHED, EndpointError: INFRASTRUCTURE}
        return next((code for kind, code in codes.items() if isinstance(error, kind)), BAD_INPUT)
    traceback.print_exception(error)
    print("\nThis is our own error, not yours. Please report it with the text above.", file=sys.stderr)  # noqa: T201
    return 1


def _as_user_error(error: Any) -> UserError:
    """What the command line itself has to say about its words."""
    from ..engine.errors import UserError

    context = getattr(error, "ctx", None)
    helped = f"See: {context.command_path} --help" if context is not None else "See: corpusmith --help"
    return UserError(_readable(error.format_message()), fix=helped)


def _readable(message: str) -> str:
    """A message without the words of the library that checks numbers."""
    for technical, plain in _PLAIN_WORDS.items():
        message = message.replace(technical, plain)
    return message if message.endswith((".", "?")) else f"{message}."


def _show_user_error(error: object) -> None:
    from rich.console import Group
    from rich.panel import Panel
    from rich.text import Text

    from .terminal import console, visible

    parts = zip(("what", "why", "fix"), ("bold", "", "green"), strict=True)
    lines = [
        Text(visible(text, keep="\n"), style=style) for part, style in parts if (text := str(getattr(error, part)))
    ]
    console(stderr=True).print(Panel(Group(*lines), title="Cannot go on", title_align="left", border_style="red"))
