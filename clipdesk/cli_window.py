"""The command that opens the window."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from clipdesk.cli_output import absolute, named_path
from clipdesk.cli_session import Options
from clipdesk.core.errors import UserError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("app")(window)


def window(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PHOTO|FOLDER", parser=named_path, help="A photo to find the like of, or a folder to add."
        ),
    ] = None,
    screenshot: Annotated[
        Path | None,
        typer.Option("--screenshot", metavar="DIR", parser=named_path, help="Draw every page and state into a folder."),
    ] = None,
    hidden: Annotated[
        bool, typer.Option("--hidden", help="Start in the tray, as at login; minimised where there is no tray.")
    ] = False,
    measure: Annotated[Path | None, typer.Option("--measure", parser=named_path, hidden=True)] = None,
) -> None:
    """Open the window. Without any command, `clipdesk` does the same."""
    starting = tuple(absolute(path) for path in paths or ())
    show(context.obj, starting, absolute(screenshot) if screenshot else None, measure, hidden=hidden)


def show(
    options: Options,
    paths: tuple[Path, ...] = (),
    screenshot: Path | None = None,
    measure: Path | None = None,
    *,
    hidden: bool = False,
) -> None:
    """Open the window and end with its exit code. Raises UserError where there can be none.

    With `measure`, the window measures itself into that file and ends: for `clipdesk bench`.
    """
    if screenshot is not None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _require_screen()
    assert options.window is not None, "the entry point brings it"
    try:
        code = options.window(options.library_folder, paths, options.model, screenshot, measure, hidden)
    except ImportError as error:
        if not (error.name or "").startswith(("PySide6", "shiboken6")) and "lib" not in str(error):
            raise
        raise UserError(
            f"The window cannot be opened: {error}",
            "Qt needs some libraries of the system; on Debian and Ubuntu: apt install libegl1 libgl1 libxkbcommon0"
            " libdbus-1-3 libfontconfig1",
        ) from error
    raise typer.Exit(code)


def _require_screen() -> None:
    """Qt ends the whole process where it finds no screen, without a word that a user could go by."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise UserError(
            "There is no screen for the window here.",
            "Use `clipdesk index FOLDER`, then `clipdesk search WORDS`; `clipdesk --help` tells everything else.",
        )
