"""Previews: every format, beside everything else, and no file can hold up or kill the worker."""

import os
import queue
import time
from pathlib import Path

import pytest

from clipdesk.core.messages import Failed, PreviewReply, PreviewRequest, Reply
from clipdesk.indexing.preview_pool import Picture, PreviewPool
from clipdesk.worker.previews import Previews

_WAIT = 60


def slow_or_deadly(path: Path, longest_side: int) -> Picture:
    """In a decoder: what hostile files do."""
    if path.name == "deadly":
        os.abort()
    while path.name == "slow":
        time.sleep(1)
    return b"picture of " + path.name.encode(), longest_side, 1


class Replies(queue.Queue[Reply]):
    """What was emitted."""

    def next(self) -> Reply:
        return self.get(timeout=_WAIT)


def test_photos_that_only_decoders_can_read(photos_folder: Path) -> None:
    odd = photos_folder / "odd"
    files = [odd / "mde" / "heic_cheers_1440x960.heic", next(odd.rglob("t_images_Panasonic.rw2"))]
    files.append(next((photos_folder / "library").rglob("*.jpg")))
    replies = Replies()
    previews = Previews(replies.put)
    try:
        for number, file in enumerate(files):
            previews.submit(PreviewRequest(number, file, longest_side=256))
        found = sorted((replies.next() for _ in files), key=lambda reply: reply.id)
    finally:
        previews.close()
    for reply in found:
        assert isinstance(reply, PreviewReply), reply
        assert reply.data.startswith(b"\xff\xd8")
        assert max(reply.width, reply.height) == 256


def test_a_missing_and_a_damaged_file_are_told(photos_folder: Path, tmp_path: Path) -> None:
    cut_off = tmp_path / "cut off.jpg"
    cut_off.write_bytes(next((photos_folder / "library").rglob("*.jpg")).read_bytes()[:5000])
    replies = Replies()
    previews = Previews(replies.put)
    try:
        previews.submit(PreviewRequest(1, tmp_path / "gone.jpg"))
        missing = replies.next()
        previews.submit(PreviewRequest(2, cut_off))
        damaged = replies.next()
    finally:
        previews.close()
    assert isinstance(missing, Failed)
    assert missing.message == "the file is gone"
    assert isinstance(damaged, Failed)
    assert "damaged" in damaged.message


def test_hostile_files_cost_nobody_else_anything() -> None:
    replies = Replies()
    previews = Previews(replies.put, PreviewPool(load=slow_or_deadly, seconds=2))
    try:
        for number, name in enumerate(("deadly", "slow", "good")):
            previews.submit(PreviewRequest(number, Path(name), 5))
        found = {reply.id: reply for reply in (replies.next() for _ in range(3))}
        previews.submit(PreviewRequest(9, Path("another"), 6))
        assert replies.next() == PreviewReply(9, b"picture of another", 6, 1)
    finally:
        previews.close()
    assert found[2] == PreviewReply(2, b"picture of good", 5, 1)
    assert isinstance(found[0], Failed)
    assert found[0].message == "the decoder crashed on this file"
    assert isinstance(found[1], Failed)
    assert found[1].message == "decoding took longer than 2 s"


def test_a_waiting_picture_can_be_dropped_and_closing_ends_all() -> None:
    replies = Replies()
    previews = Previews(replies.put, PreviewPool(load=slow_or_deadly, seconds=600))
    for number in range(4):
        previews.submit(PreviewRequest(number, Path("slow")))
    assert previews.cancel(3)
    assert replies.next() == Failed(3, "Cancelled.")
    assert not previews.cancel(3)
    began = time.monotonic()
    previews.close()
    assert time.monotonic() - began < 30, "closing does not wait for pictures"
    with pytest.raises(queue.Empty):
        replies.get_nowait()
