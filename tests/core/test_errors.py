"""What errors say in the log."""

from pathlib import Path

import pytest

from clipdesk.core.errors import LibraryError, loggable


def test_the_log_names_no_files(tmp_path: Path) -> None:
    with pytest.raises(OSError) as raised:
        (tmp_path / "secret" / "holiday.jpg").read_bytes()
    assert "secret" in str(raised.value)
    assert loggable(raised.value) == "No such file or directory"
    assert loggable(LibraryError(f"The library {tmp_path} is busy")) == "LibraryError"
    assert loggable(ValueError(f"{tmp_path} makes no sense")) == "ValueError"
    assert loggable(OSError(f"cannot identify {tmp_path}")) == "OSError"
