"""Run as a process of its own: the whole window, which does what a user would: add photos, tag them, change the model.

python windowed.py LIBRARY PHOTOS; whatever was done before is done again, which changes nothing. What the worker has
confirmed is told on stdout: "kept PATH<tab>TAG", "done".
"""

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from clipdesk.core.entities import Photo
from clipdesk.core.messages import Failed, IndexReply, IndexRequest, ReadyEvent, Reply, Request, SetTagsRequest
from clipdesk.core.window_messages import BrowseReply, BrowseRequest, PhotosReply, PhotosRequest
from clipdesk.ui.application import Desk, WindowOptions, application
from clipdesk.worker.supervisor import WorkerSupervisor

SECOND = "second"


class User(QObject):
    """Asks for one thing after the other; what a worker that died could not answer is asked again."""

    def __init__(self, desk: Desk, photos: Path) -> None:
        super().__init__(desk)
        self._client, self._switch, self._root = desk.client, desk.window.switch, photos
        self._todo: list[Photo] = []
        desk.client.ready.connect(self._look)
        self._ask(lambda number: IndexRequest(number, (photos,)), self._indexed)
        desk.window.add_folders([photos])
        self._switch.switched.connect(self._switched)

    def _look(self, event: ReadyEvent) -> None:
        if not event.writer:
            _tell("read only")

    def _ask(self, make: Callable[[int], Request], then: Callable[[Reply], None]) -> None:
        def again(failed: Failed) -> None:
            if failed.kind != "worker died":
                _tell(f"failed {failed.message} {failed.hint}")
                sys.exit(2)
            self._ask(make, then)

        self._client.ask(self, make, then, again)

    def _indexed(self, reply: Reply) -> None:
        assert isinstance(reply, IndexReply)
        self._ask(BrowseRequest, self._found)

    def _found(self, reply: Reply) -> None:
        assert isinstance(reply, BrowseReply)
        ids = tuple(int(one) for one in reply.photo_ids)
        self._ask(lambda number: PhotosRequest(number, ids), self._known)

    def _known(self, reply: Reply) -> None:
        assert isinstance(reply, PhotosReply)
        self._todo = sorted(reply.photos, key=lambda photo: photo.paths[0], reverse=True)
        self._tag_next()

    def _tag_next(self) -> None:
        if not self._todo:
            self._switch.use(SECOND)
            return
        photo = self._todo.pop()
        tags = ("seen", f"like {photo.paths[0].stem}")

        def kept(_: Reply) -> None:
            for tag in tags:
                _tell(f"kept {photo.paths[0]}\t{tag}")
            self._tag_next()

        self._ask(lambda number: SetTagsRequest(number, (photo.id,), tags, sidecars=True), kept)

    def _switched(self, _: str) -> None:
        _tell("done")
        application().quit()


def _tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    app = application()
    desk = Desk(app, WindowOptions(Path(sys.argv[1])), WorkerSupervisor)
    User(desk, Path(sys.argv[2]))
    code = app.exec()
    desk.close()
    sys.exit(code)
