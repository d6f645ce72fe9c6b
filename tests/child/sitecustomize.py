"""Runs first in every Python process that a test starts: its folder is on their path."""

import importlib.util
from pathlib import Path

_spec = importlib.util.spec_from_file_location("clipdesk_tests_offline", Path(__file__).parents[1] / "offline.py")
if _spec is not None and _spec.loader is not None:
    _offline = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(_offline)
    _offline.forbid()
