"""Tags that were accepted before they were to be written beside the photos: offered to be written, when that begins."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from clipdesk.core.messages import Failed, Reply, SetTagsRequest
from clipdesk.core.window_messages import BrowseReply, BrowseRequest, PhotoTagsReply, PhotoTagsRequest
from clipdesk.ui.question import ask
from clipdesk.ui.worker_client import WorkerClient


class EarlierTags(QObject):
    """Asks over a page; nothing where no tag was accepted."""

    failed = Signal(Failed)

    def __init__(self, client: WorkerClient, page: QWidget) -> None:
        super().__init__(page)
        self._client, self._page = client, page

    def offer(self) -> None:
        """Ask whether the tags of before should be written too, once it is known that there are any."""
        self._client.ask(self, lambda i: BrowseRequest(i, "has:tags"), self._found, self.failed.emit, topic="earlier")

    def _found(self, reply: Reply) -> None:
        """These have tags, or keywords of their own, which is not what is looked for."""
        assert isinstance(reply, BrowseReply)
        ids = tuple(int(photo_id) for photo_id in reply.photo_ids)

        def told(tags: Reply) -> None:
            assert isinstance(tags, PhotoTagsReply)
            if tags.accepted or tags.partly:
                self._ask(ids)

        if ids:
            self._client.ask(self, lambda i: PhotoTagsRequest(i, ids), told, self.failed.emit, topic="earlier")

    def _ask(self, ids: tuple[int, ...]) -> None:
        def write() -> None:
            # Nothing is changed, so nothing but the files is new.
            self._client.ask(self, lambda i: SetTagsRequest(i, ids, sidecars=True), lambda _: None, self.failed.emit)

        ask(
            self._page,
            self.tr("Tags beside the Photos"),
            self.tr("Write the tags that you have accepted so far, too?"),
            self.tr("Otherwise those of a photo are written when they change."),
            self.tr("Write them"),
            write,
        )
