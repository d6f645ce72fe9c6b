"""The about dialog and the settings tell the version and where new ones are; nothing is asked for over the network."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from clipdesk.core import paths
from clipdesk.ui import language
from clipdesk.ui.newer_versions import where_newer_ones_are


def test_a_release_names_its_homepage(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    language.install(qapp, "en")
    (tmp_path / "homepage.txt").write_text("https://example.org/a&b\n", encoding="utf-8")
    monkeypatch.setattr(paths, "resources", lambda: tmp_path)
    assert 'href="https://example.org/a&amp;b"' in where_newer_ones_are()


def test_other_builds_say_where_to_look(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    language.install(qapp, "en")
    monkeypatch.setattr(paths, "resources", lambda: tmp_path)
    assert where_newer_ones_are().startswith("New versions are where you got this one.")
    assert "href" not in where_newer_ones_are()
