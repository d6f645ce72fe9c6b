"""A damaged library: told as such, and mended from the window."""

from collections.abc import Callable
from pathlib import Path

from conftest import WAIT, connect_to
from pytestqt.qtbot import QtBot

from clipdesk.core.messages import Failed, Reply, SearchReply, SearchRequest
from clipdesk.ui.worker_client import WorkerClient


def test_a_damaged_library_is_repaired(own_library: Path, qtbot: QtBot, wait_reply: Callable[..., Reply]) -> None:
    (own_library / "catalog.sqlite").write_bytes(b"no catalogue" * 1000)
    client = WorkerClient(connect_to(own_library))
    try:
        with qtbot.waitSignal(client.failed, timeout=WAIT) as failed:
            client.start()
        assert isinstance(failed.args[0], Failed)
        assert failed.args[0].kind == "damaged"
        said: list[str] = []
        client.notice.connect(lambda text, _: said.append(text))
        with qtbot.waitSignal(client.ready, timeout=WAIT):
            client.start(repair=True)
        qtbot.waitUntil(lambda: any("index is built anew" in text for text in said), timeout=WAIT)
        assert any("is kept as" in text for text in said)
        reply = wait_reply(client, lambda i: SearchRequest(i, "a dog", 5))
        assert isinstance(reply, SearchReply)
        assert len(reply.hits) == 5
    finally:
        client.stop()
