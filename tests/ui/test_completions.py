"""What a query can be completed with."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from clipdesk.core.messages import Reply, Request
from clipdesk.core.query import FilterKind, parse
from clipdesk.core.window_messages import CompletionsReply, CompletionsRequest
from clipdesk.ui.completions import Known, completions
from clipdesk.ui.icons import icon
from clipdesk.ui.worker_client import WorkerClient

VALUES = CompletionsReply(
    1,
    folders=("Photos", "Photos/2019/beach trip", "Photos/beach"),
    cameras=("Canon EOS 5D", "Nikon D70"),
    tags=("beach", "dog", "beach ball"),
    types=("jpeg", "raw"),
    dates=("2020", "2019"),
)
KNOWN = Known(VALUES, ("dogs in snow", "sunset", "/a/cat.jpg + snow"))


def shown(text: str, cursor: int | None = None, *, everything: bool = False) -> list[str]:
    found = completions(text, len(text) if cursor is None else cursor, KNOWN, everything=everything)
    return [one.shown for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("camera:", ["Canon EOS 5D", "Nikon D70"]),
        ("camera:nik", ["Nikon D70"]),
        ("camera:d7", ["Nikon D70"]),
        ("dog -tag:bea", ["beach", "beach ball"]),
        ("in:bea", ["Photos/2019/beach trip", "Photos/beach"]),
        ('in:"Photos/2019/beach t', ["Photos/2019/beach trip"]),
        ("type:", ["jpeg", "raw"]),
        ("date:20", ["2020", "2019"]),
        ("has:ca", ["camera"]),
        ("is:", ["duplicate", "offline", "paired", "portrait", "landscape", "square"]),
        ("name:x", []),
        ("camera:canon xyz", []),
        ('tag:"dog" ', []),
        ("do", ["dogs in snow", "dog"]),
        ("snow + da", ["date:"]),
        ("snow -ra", ["rating:"]),
        ("x", []),
        ("", []),
    ],
)
def test_completions(text: str, expected: list[str]) -> None:
    assert shown(text) == expected


def test_asked_for_with_nothing_typed() -> None:
    offered = shown("", everything=True)
    assert offered[:3] == ["dogs in snow", "sunset", "cat.jpg + snow"]
    assert "in:" in offered


def test_the_rest_of_the_word_is_replaced() -> None:
    text = "dog camera:nikon snow"
    [one] = completions(text, text.index("kon"), KNOWN)
    assert one.text == 'dog camera:"Nikon D70" snow'
    assert one.text[: one.cursor] == 'dog camera:"Nikon D70" '
    [one] = completions('tag:"beach b" x', 11, KNOWN)
    assert one.text == 'tag:"beach ball" x'
    [one] = completions("in:“Photos/2019", 15, KNOWN)
    assert one.text == 'in:"Photos/2019/beach trip" '


@pytest.mark.parametrize("text", ["", "be", "dog camera:", "in:", "-tag:", "type:r", "date:", "rating:", "has:", "is:"])
def test_every_completion_can_be_read_and_has_an_icon(text: str) -> None:
    offered = completions(text, len(text), KNOWN, everything=True)
    assert offered
    for one in offered:
        assert not icon(one.symbol).isNull()
        assert one.more or parse(one.text)
        assert 0 <= one.cursor <= len(one.text)


def test_every_filter_is_offered() -> None:
    names = {name for kind in FilterKind for name in shown(kind[:2]) if name.endswith(":")}
    assert names == {f"{kind}:" for kind in FilterKind}


def test_values_of_a_library(
    client: WorkerClient, library_folder: Path, wait_reply: Callable[[WorkerClient, Callable[[int], Request]], Reply]
) -> None:
    reply = wait_reply(client, CompletionsRequest)
    assert isinstance(reply, CompletionsReply)
    assert reply.folders[0] == "Photos"
    folders = {path.parent for path in (library_folder.parent / "Photos").rglob("*.*")}
    assert {f"Photos/{path.relative_to(library_folder.parent / 'Photos').as_posix()}" for path in folders} <= set(
        reply.folders
    )
    assert "jpeg" in reply.types
    assert all(1900 <= int(year) <= date.today().year for year in reply.dates)
