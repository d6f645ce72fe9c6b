"""The pages of the window, each made when it is first shown."""

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

MakePage = Callable[[], QWidget]


@runtime_checkable
class Refreshing(Protocol):
    """A page that brings itself up to date when it is shown."""

    def activated_page(self) -> None:
        """The page is shown now."""
        ...


class Pages(QStackedWidget):
    """Shows one page; `shown` tells its number and the page."""

    shown = Signal(int, QWidget)

    def __init__(self, makers: Sequence[MakePage], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._makers = list(makers)
        self._made: dict[int, QWidget] = {}
        self._number = -1

    @property
    def number(self) -> int:
        """The page that is shown."""
        return self._number

    def made(self, number: int) -> QWidget | None:
        """A page, if it was shown before."""
        return self._made.get(number)

    def page(self, number: int) -> QWidget:
        """A page, made now if need be."""
        if number not in self._made:
            self._made[number] = self._makers[number]()
            self.addWidget(self._made[number])
        return self._made[number]

    def show_page(self, number: int) -> None:
        """Show a page."""
        page = self.page(number)
        self._number = number
        self.setCurrentWidget(page)
        self.shown.emit(number, page)
