"""A library that is open for writing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from clipdesk.catalog.library import Library, open_library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library", write=True, create=True) as opened:
        yield opened
