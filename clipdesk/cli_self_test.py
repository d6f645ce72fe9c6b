"""`clipdesk --self-test`: proves that an installed or frozen clipdesk works, without a screen, network or Python.

Everything happens in a temporary home folder: nobody's library or settings are read or touched. Each check is a line of
a table; a check that fails does not keep the others from running.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from clipdesk.core.self_test import CheckFailedError

_PLACES = ("CONFIG", "DATA", "CACHE", "STATE")
_WINDOWS_PLACES = ("APPDATA", "LOCAL_APPDATA")


@dataclass(slots=True)
class SelfTest:
    """Runs checks and prints a line for each."""

    failed: list[str] = field(default_factory=list[str])

    def check(self, name: str, work: Callable[[], str]) -> None:
        """Run one check; it returns what it saw, and raises CheckFailedError (or anything else) when it failed."""
        began = perf_counter()
        try:
            seen, word = work(), "ok"
        except CheckFailedError as error:
            seen, word = str(error), "FAILED"
        except Exception as error:
            seen, word = f"{type(error).__name__}: {error}", "FAILED"
        if word != "ok":
            self.failed.append(name)
        told = " ".join(seen.split())
        print(f"{word:<7}{name:<14}{perf_counter() - began:>6.1f} s  {told}", flush=True)


def run() -> int:
    """Run every check, print the table; returns the exit code."""
    from clipdesk import cli_self_test_parts as parts

    test = SelfTest()
    with tempfile.TemporaryDirectory(prefix="clipdesk-self-test-", ignore_cleanup_errors=True) as scratch:
        home = Path(scratch)
        with _own_home(home):
            test.check("files", parts.files_are_there)
            test.check("libraries", parts.libraries_load)
            pictures = home / "Pictures"
            test.check("pictures", lambda: parts.draw_pictures(pictures))
            with parts.Indexed(home / "library", pictures) as indexed:
                test.check("worker", indexed.start)
                test.check("indexing", indexed.index)
                test.check("codecs", indexed.codecs)
                test.check("search", indexed.search)
            test.check("vector index", parts.graph_of_vectors)
            test.check("migrations", parts.migrations_run)
            test.check("models", parts.models_convert)
            test.check("Qt", parts.qt_parts)
            test.check("window", lambda: parts.window_opens(home / "library", home))
    if test.failed:
        print(f"self-test FAILED: {', '.join(test.failed)}")
        return 1
    print("self-test passed")
    return 0


@contextmanager
def _own_home(home: Path) -> Generator[None]:
    """A home folder of its own, for this process and those that it starts."""
    wanted = {"HOME": home, **{f"XDG_{name}_HOME": home / f".{name.lower()}" for name in _PLACES}}
    wanted |= {f"WIN_PD_OVERRIDE_{name}": home / "AppData" for name in _WINDOWS_PLACES}
    before = {name: os.environ.get(name) for name in (*wanted, "QT_QPA_PLATFORM")}
    os.environ.update({name: str(path) for name, path in wanted.items()}, QT_QPA_PLATFORM="offscreen")
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        sys.stdout.flush()
