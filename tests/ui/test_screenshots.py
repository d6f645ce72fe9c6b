"""`clipdesk app --screenshot` draws every state, offscreen, and touches nothing of the user's own."""

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtGui import QImage

STATES = {
    *("first-start", "indexing", "results", "weak-results", "nothing-found", "similar", "details", "duplicates"),
    *("tags", "library", "settings", "dark", "japanese", "error"),
}


def test_every_state_is_drawn(tmp_path: Path) -> None:
    home, out = tmp_path / "home", tmp_path / "pictures"
    places = {"HOME": home, **{f"XDG_{name}_HOME": home / name for name in ("CONFIG", "DATA", "CACHE", "STATE")}}
    environment = {**os.environ, **{name: str(place) for name, place in places.items()}, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "clipdesk", "app", "--screenshot", str(out)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert {picture.stem for picture in out.iterdir()} == STATES
    images = [QImage(str(picture)) for picture in out.iterdir()]
    assert {(image.width(), image.height()) for image in images} == {(1280, 800)}
    small = {bytes(image.scaled(64, 64).constBits()) for image in images}
    assert len(small) == len(STATES), "no two are the same"
    left = {path.relative_to(home).parts[0] for path in home.rglob("*") if path.is_file()}
    assert left <= {"STATE"}, "only the log is the user's own"
