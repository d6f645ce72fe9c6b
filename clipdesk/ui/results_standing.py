"""Where the user stands in the results: what a window in another language goes on with."""

from dataclasses import dataclass

from PySide6.QtCore import Qt

from clipdesk.ui.results_panel import ResultsPanel


@dataclass(frozen=True, slots=True)
class Standing:
    """Photos by id. `scroll` is in pixels."""

    query: str
    textness: float
    hidden: tuple[int, ...]
    selected: tuple[int, ...]
    scroll: int


def standing_of(results: ResultsPanel) -> Standing:
    """Return where the user stands now."""
    controller, view = results.controller, results.view
    hidden, selected = tuple(results.model.hidden), tuple(view.selected_ids())
    return Standing(controller.query, controller.textness, hidden, selected, view.verticalOffset())


def stand(results: ResultsPanel, standing: Standing) -> None:
    """Go there as soon as the query is answered that was the query then; never if another one is answered first."""

    def answered() -> None:
        if results.controller.query == standing.query:
            if standing.hidden:
                results.hide_photos(standing.hidden)
            results.view.select_photos(standing.selected)
            results.view.verticalScrollBar().setValue(standing.scroll)

    results.controller.answered.connect(answered, Qt.ConnectionType.SingleShotConnection)
