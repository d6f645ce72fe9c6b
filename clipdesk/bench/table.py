"""What a benchmark found, beside its target."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measurement:
    """One number. With `at_least` or `at_most` it has a target to meet."""

    name: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target was met; None without a target."""
        if self.at_least is not None:
            return self.value >= self.at_least
        if self.at_most is not None:
            return self.value <= self.at_most
        return None

    def row(self) -> tuple[str, str, str, str, str]:
        """Name, value with unit, target, verdict, note."""
        target = ""
        if self.at_least is not None:
            target = f">= {_figure(self.at_least)} {self.unit}"
        elif self.at_most is not None:
            target = f"<= {_figure(self.at_most)} {self.unit}"
        verdict = {None: "", True: "ok", False: "MISSED"}[self.met]
        return self.name, f"{_figure(self.value)} {self.unit}", target, verdict, self.note


def _figure(value: float) -> str:
    """About three significant digits."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"


def lines(measurements: Iterable[Measurement]) -> list[str]:
    """The measurements as lines of text, columns aligned."""
    rows = [("what", "measured", "target", "", ""), *(measurement.row() for measurement in measurements)]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    texts: list[str] = []
    for row in rows:
        name, value, target, verdict, note = row
        text = f"{name:<{widths[0]}}  {value:>{widths[1]}}  {target:>{widths[2]}}  {verdict:<{widths[3]}}  {note}"
        texts.append(text.rstrip())
    return texts
