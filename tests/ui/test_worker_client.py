"""The client against a real worker."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from clipdesk.core.messages import (
    Failed,
    FoldersReply,
    FoldersRequest,
    Reply,
    SearchReply,
    SearchRequest,
)
from clipdesk.ui.worker_client import WorkerClient


def test_a_question_has_one_answer(
    client: WorkerClient, wait_reply: Callable[..., Reply], library_folder: Path
) -> None:
    reply = wait_reply(client, FoldersRequest)
    assert isinstance(reply, FoldersReply)
    assert [folder.path for folder in reply.folders] == [library_folder.parent / "Photos"]
    failed = wait_reply(client, lambda i: SearchRequest(i, 'a "dog'))
    assert isinstance(failed, Failed)
    assert failed.position is not None


def test_a_newer_question_of_a_topic_replaces_the_one_before(client: WorkerClient, qtbot: QtBot) -> None:
    owner, replies = QObject(), list[Reply]()
    for query in ("dog", "cat", "a red boat"):
        client.ask(owner, lambda i, q=query: SearchRequest(i, q, 3), replies.append, replies.append, topic="search")
    qtbot.waitUntil(lambda: bool(replies), timeout=60_000)
    other = list[Reply]()
    client.ask(owner, FoldersRequest, other.append)
    qtbot.waitUntil(lambda: bool(other), timeout=60_000)
    assert len(replies) == 1
    assert isinstance(replies[0], SearchReply)
