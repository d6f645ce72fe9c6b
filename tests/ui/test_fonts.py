"""Fonts: scripts that no installed family has are written with the bundled one, whatever Qt draws with."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clipdesk.core.paths import resources

_DRAW = """
from PySide6.QtGui import QFontDatabase, QGuiApplication, QTextLayout
from clipdesk.ui.fonts import provide_fonts

app = QGuiApplication([])
assert not QFontDatabase.families(QFontDatabase.WritingSystem.Japanese)
provide_fonts(app, "xcb")
text = QTextLayout("a日本語简体中文", app.font())
text.beginLayout()
text.createLine()
text.endLayout()
print(sum(index == 0 for run in text.glyphRuns() for index in run.glyphIndexes()), app.font().families()[0])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the other systems have these scripts, and no fontconfig")
def test_scripts_that_the_system_lacks_are_written(tmp_path: Path) -> None:
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    shutil.copy(resources() / "fonts" / "interface.otf", fonts)
    config = tmp_path / "fonts.conf"
    config.write_text(
        f"<fontconfig><dir>{fonts}</dir><cachedir>{tmp_path / 'cache'}</cachedir></fontconfig>", encoding="utf-8"
    )
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "FONTCONFIG_FILE": str(config)}
    done = subprocess.run(
        [sys.executable, "-c", _DRAW], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    boxes, first = done.stdout.split(maxsplit=1)
    assert boxes == "0"
    assert "Cjk" not in first
