"""`clipdesk folders`: the root folders of the library."""

from pathlib import Path
from typing import Annotated

import typer

from clipdesk.cli_output import absolute, message, named_path, print_json, print_rows
from clipdesk.cli_session import next_id, open_service


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(folders)


def folders(
    context: typer.Context,
    remove: Annotated[
        Path | None,
        typer.Option("--remove", metavar="FOLDER", parser=named_path, help="Take a folder out; its files stay."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the folders of the library, or take one out of it. Files on the disk are never touched."""
    from clipdesk.core.messages import FoldersReply, FoldersRequest, RemoveFolderRequest

    with open_service(context.obj, write=remove is not None) as service:
        if remove is not None:
            service.call(RemoveFolderRequest(next_id(), absolute(remove)))
            message(f"{absolute(remove)} is no longer in the library")
            return
        reply = service.call(FoldersRequest(next_id()))
    assert isinstance(reply, FoldersReply)
    if as_json:
        print_json(
            [{"path": str(folder.path), "state": folder.state.value, "files": folder.files} for folder in reply.folders]
        )
        return
    rows = [(folder.state.value, str(folder.files), str(folder.path)) for folder in reply.folders]
    if not rows:
        message("The library has no folders; add one with: clipdesk index FOLDER")
        return
    print_rows(("state", "files", "folder"), rows)
