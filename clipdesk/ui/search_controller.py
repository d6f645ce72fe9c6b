"""Between the search bar, the slider, the toolbar and the results: what is asked of the worker, and when."""

from PySide6.QtCore import QObject, QTimer, Signal

from clipdesk.core.messages import Failed, Reply
from clipdesk.core.window_messages import BrowseReply, BrowseRequest, Grouping, Order
from clipdesk.ui.results_model import ResultsModel
from clipdesk.ui.worker_client import WorkerClient

_LIMIT = 1000
_REFRESH = 1500
"""Milliseconds between two looks at a library that is changing."""


class SearchController(QObject):
    """Holds the query, the slider's position, order and grouping; asks, and puts the answers into the model."""

    answered = Signal(BrowseReply)
    failed = Signal(Failed)
    rearranged = Signal()
    """The results are sorted or grouped otherwise now."""

    def __init__(self, client: WorkerClient, model: ResultsModel, parent: QObject | None = None) -> None:
        super().__init__(parent or model)
        self._client, self._model = client, model
        self._query, self._textness = "", 0.0
        self._order: Order = "relevance"
        self._group: Grouping = "none"
        self._shown: tuple[str, Order, Grouping] | None = None
        self._later = QTimer(self, singleShot=True, interval=_REFRESH)
        self._later.timeout.connect(self.refresh)
        client.changed.connect(lambda _: self._library_changed())
        client.tags_changed.connect(self._tags_changed)
        client.files_forgotten.connect(self.refresh)

    @property
    def query(self) -> str:
        """The query of the moment; "" is everything."""
        return self._query

    @property
    def textness(self) -> float:
        """The slider's position."""
        return self._textness

    def search(self, query: str) -> None:
        """Answer another query (again, when it is the same)."""
        self._query = query.strip()
        self.refresh()

    def set_textness(self, scale: float) -> None:
        """Re-order what is here at once; `refine` later asks for what is best at this position."""
        self._textness = scale
        self._model.set_textness(scale)

    def refine(self) -> None:
        """Ask for the best at the slider's position."""
        if self._model.good_count() is not None:
            self.refresh()

    def set_order(self, order: Order) -> None:
        """Sort otherwise."""
        if order != self._order:
            self._order = order
            self.refresh()

    def set_group(self, group: Grouping) -> None:
        """Group otherwise."""
        if group != self._group:
            self._group = group
            self.refresh()

    def refresh(self) -> None:
        """Ask again; what stays in the results keeps its place and its selection."""
        self._later.stop()
        wanted = query, order, group = self._query, self._order, self._group

        def make(i: int) -> BrowseRequest:
            return BrowseRequest(i, query, _LIMIT, self._textness, order, group)

        def done(reply: Reply) -> None:
            assert isinstance(reply, BrowseReply)
            self._take(reply, wanted)

        self._client.ask(self, make, done, self.failed.emit, topic="browse")

    def _take(self, reply: BrowseReply, wanted: tuple[str, Order, Grouping]) -> None:
        query, order, group = wanted
        before, self._shown = self._shown, wanted
        ranked = order == "relevance" and group != "day"
        if before is None or before[0] != query:
            self._model.show(reply, query, ranked=ranked)
        else:
            self._model.update(reply, query, ranked=ranked)
            if before != wanted:
                self.rearranged.emit()
        self.answered.emit(reply)

    def _library_changed(self) -> None:
        # The first change is waited for, later ones do not put it off: results keep coming during a long run.
        if not self._later.isActive():
            self._later.start()

    def _tags_changed(self) -> None:
        if "tag" in self._query.casefold():
            self._library_changed()
