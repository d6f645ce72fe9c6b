"""Accepting and rejecting tags, with undo; the same for one photo, for a selection and for a whole review."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from clipdesk.core.messages import Reply, SetTagsRequest
from clipdesk.core.window_messages import TagBefore, TagsSet
from clipdesk.ui.settings_store import SettingsStore
from clipdesk.ui.worker_client import WorkerClient


class TagChanges(QObject):
    """Changes tags of photos, as commands on the undo stack. One that is a child of the stack lives as long as it."""

    changed = Signal()
    """Tags were changed, by a command, its undo or its redo. (`WorkerClient.tags_changed` tells of all of them.)"""

    def __init__(
        self, client: WorkerClient, undo: QUndoStack, store: SettingsStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._undo = undo
        self._store = store

    @classmethod
    def of(cls, client: WorkerClient, undo: QUndoStack, store: SettingsStore, parent: QObject) -> "TagChanges":
        """Return the one that lives as long as the stack, or else a new one."""
        return undo.findChild(cls) or cls(client, undo, store, parent)

    def accept(self, photo_ids: Sequence[int], *tags: str) -> None:
        """Give photos these tags."""
        text = self._text(self.tr("add tag “{tag}”"), self.tr("add %n tag(s)", "", len(tags)), tags)
        self._push(_TagCommand(self, photo_ids, text, accept=tags))

    def reject(self, photo_ids: Sequence[int], *tags: str) -> None:
        """Say that these tags do not suit photos."""
        text = self._text(self.tr("reject tag “{tag}”"), self.tr("reject %n tag(s)", "", len(tags)), tags)
        self._push(_TagCommand(self, photo_ids, text, reject=tags))

    def forget(self, photo_ids: Sequence[int], *tags: str) -> None:
        """Take tags away from photos."""
        text = self._text(self.tr("remove tag “{tag}”"), self.tr("remove %n tag(s)", "", len(tags)), tags)
        self._push(_TagCommand(self, photo_ids, text, forget=tags))

    def send(
        self,
        photo_ids: Sequence[int],
        *,
        accept: Sequence[str] = (),
        reject: Sequence[str] = (),
        forget: Sequence[str] = (),
        command: "_TagCommand | None" = None,
    ) -> None:
        """Ask the worker; `command` learns what was before."""
        sidecars = self._store.settings.sidecars

        def done(reply: Reply) -> None:
            if command is not None and isinstance(reply, TagsSet):
                command.done(reply.before)
            self.changed.emit()

        ids, yes, no, neither = tuple(photo_ids), tuple(accept), tuple(reject), tuple(forget)
        self._client.ask(self, lambda i: SetTagsRequest(i, ids, yes, no, neither, sidecars=sidecars), done)

    def _push(self, command: "_TagCommand") -> None:
        self._undo.push(command)

    @staticmethod
    def _text(one: str, many: str, tags: Sequence[str]) -> str:
        return one.format(tag=tags[0]) if len(tags) == 1 else many


class _TagCommand(QUndoCommand):
    """Undo sets back exactly what each photo had before."""

    def __init__(
        self,
        changes: TagChanges,
        photo_ids: Sequence[int],
        text: str,
        *,
        accept: Sequence[str] = (),
        reject: Sequence[str] = (),
        forget: Sequence[str] = (),
    ) -> None:
        super().__init__(text)
        self._changes = changes
        self._photo_ids = tuple(photo_ids)
        self._wish = (tuple(accept), tuple(reject), tuple(forget))
        self._before: tuple[TagBefore, ...] | None = None
        self._undo_asked = False

    def redo(self) -> None:
        """Set the tags."""
        self._before, self._undo_asked = None, False
        accept, reject, forget = self._wish
        self._changes.send(self._photo_ids, accept=accept, reject=reject, forget=forget, command=self)

    def undo(self) -> None:
        """Set them back; as soon as it is known to what."""
        if self._before is None:
            self._undo_asked = True
            return
        for one in self._before:
            tag = (one.tag,)
            self._changes.send(
                one.photo_ids,
                accept=tag if one.state == "accepted" else (),
                reject=tag if one.state == "rejected" else (),
                forget=tag if one.state is None else (),
            )

    def done(self, before: tuple[TagBefore, ...]) -> None:
        """The worker has set them."""
        self._before = before
        if self._undo_asked:
            self._undo_asked = False
            self.undo()
