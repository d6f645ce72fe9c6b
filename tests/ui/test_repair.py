"""A damaged library: told as such, and mended from the window."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from clipdesk.core.messages import Failed, Reply, SearchReply, SearchRequest
from clipdesk.core.repair_messages import RepairedEvent
from clipdesk.ui.repair_words import RepairWords
from clipdesk.ui.worker_client import WorkerClient
from tests.ui.conftest import WAIT, connect_to


def test_a_damaged_library_is_repaired(own_library: Path, qtbot: QtBot, wait_reply: Callable[..., Reply]) -> None:
    (own_library / "catalog.sqlite").write_bytes(b"no catalogue" * 1000)
    client = WorkerClient(connect_to(own_library))
    try:
        with qtbot.waitSignal(client.failed, timeout=WAIT) as failed:
            client.start()
        assert isinstance(failed.args[0], Failed)
        assert failed.args[0].kind == "damaged"
        with qtbot.waitSignal(client.repaired, timeout=WAIT) as repaired:
            client.start(repair=True)
        assert (repaired.args[0].replaced, repaired.args[0].folders) == (True, 1)
        reply = wait_reply(client, lambda i: SearchRequest(i, "a dog", 5))
        assert isinstance(reply, SearchReply)
        assert len(reply.hits) == 5
    finally:
        client.stop()


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (RepairedEvent(False, 1), "in order"),
        (RepairedEvent(True, 1), "tags are safe"),
        (RepairedEvent(True, 1, True), "Some tags may be lost"),
        (RepairedEvent(True, 1, True, datetime(2026, 3, 14)), "since"),
        (RepairedEvent(True, 0, True), "add their folders again"),
    ],
)
def test_what_was_lost_is_told_in_one_line(event: RepairedEvent, words: str) -> None:
    line = RepairWords().line(event)
    assert words in line.text
    assert not line.hint
    assert "clipdesk" not in line.text
