"""The settings file: what cannot be read or written is told, and nothing is left behind."""

from pathlib import Path

import pytest

from clipdesk.core.errors import UserError
from clipdesk.core.settings import Settings, load, save


def test_entries_of_other_versions_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "new" / "settings.toml"
    save(Settings(model="mine"), file)
    file.write_text(file.read_text(encoding="utf-8") + 'later = "yes"\n', encoding="utf-8")
    save(load(file).model_copy(update={"threads": 2}), file)
    assert (load(file).model, load(file).threads) == ("mine", 2)
    assert 'later = "yes"' in file.read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(UserError, match=r"settings .*taken.* cannot be written \(.*Check the permissions"):
        save(Settings(), tmp_path / "taken" / "settings.toml")


def test_a_failed_write_leaves_no_temporary_file(tmp_path: Path) -> None:
    # The last step, the renaming, fails on a folder.
    (tmp_path / "settings.toml").mkdir()
    with pytest.raises(UserError, match="cannot be written"):
        save(Settings(), tmp_path / "settings.toml")
    assert [path.name for path in tmp_path.iterdir()] == ["settings.toml"]
