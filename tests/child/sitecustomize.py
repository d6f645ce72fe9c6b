"""Runs first in every Python process that a test starts: its folder is on their path."""

import importlib.util
import os
from pathlib import Path


def _begin(name: str, begin: str) -> None:
    """Run a function of a file of the tests, whatever is on the path."""
    file = Path(__file__).parents[1] / name
    spec = importlib.util.spec_from_file_location(f"clipdesk_tests_{file.stem}", file)
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        getattr(module, begin)()


_begin("offline.py", "forbid")
if "CLIPDESK_TESTS_PICKLES" in os.environ:
    _begin("faults/pickles.py", "watch")
