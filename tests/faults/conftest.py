"""What the fault tests share: how hard they try, and the table of figures that they end with."""

from collections.abc import Callable, Iterator

import pytest

Effort = Callable[[int, int], int]
"""How many times a test tries: its first argument in `make test`, its second in `make soak`."""
Figures = Callable[[str, object], None]
"""Notes one figure of a test, by its name, for the table at the end."""

_noted: dict[str, list[tuple[str, object]]] = {}


@pytest.fixture(scope="session")
def effort(pytestconfig: pytest.Config) -> Effort:
    """Quick in `make test`, thorough in `make soak`."""
    soak = bool(pytestconfig.getoption("soak"))
    return lambda quick, thorough: thorough if soak else quick


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Iterator[Figures]:
    """Notes what was tried and seen: faults survived, inputs tried, peak memory in MB, rows checked."""
    mine = _noted.setdefault(request.node.name, [])
    yield lambda name, value: mine.append((name, value))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures, a line a test."""
    if any(_noted.values()):
        terminalreporter.section("what was tried, and seen")
    for test, rows in _noted.items():
        if rows:
            terminalreporter.write_line(f"{test}: " + ", ".join(f"{name} {_written(value)}" for name, value in rows))


def _written(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3g}" if value < 100 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
