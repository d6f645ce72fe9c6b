"""What macOS hands to the running program arrives as one list."""

import subprocess
import sys

# An application of one's own needs a process of one's own.
PROGRAM = """
from pathlib import Path
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent
from clipdesk.ui.application import application

app = application()
files = [Path("/photos/a b.jpg").absolute(), Path("/photos/ü.heic").absolute()]
for file in files:
    assert app.sendEvent(app, QFileOpenEvent(QUrl.fromLocalFile(str(file))))
app.file_open.opened.connect(lambda paths: app.exit(7 if paths == files else 1))
raise SystemExit(app.exec())
"""


def test_files_that_come_together_are_opened_together() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 7, done.stderr
