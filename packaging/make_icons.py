"""Make the application icon for every system from resources/icons/clipdesk.svg.

A build tool, run by hand when the drawing changes, or before an installer is made:

    python packaging/make_icons.py [FOLDER]

It writes clipdesk.ico (Windows), clipdesk.icns (macOS) and clipdesk-SIZE.png (Linux) into FOLDER, build/icons at first.
"""

import os
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ROOT = Path(__file__).resolve().parents[1]
DRAWING = ROOT / "resources" / "icons" / "clipdesk.svg"
ICO = (16, 20, 24, 32, 40, 48, 64, 128, 256)
PNG = (16, 24, 32, 48, 64, 128, 256, 512)
ICNS = (32, 64, 128, 256, 512, 1024)


def render(side: int) -> Image.Image:
    """The drawing as a square picture; each size is drawn anew, so that small ones are as sharp as they can be."""
    picture = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(DRAWING.read_bytes())).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return Image.open(BytesIO(bytes(buffer.data().data()))).convert("RGBA")


def main(arguments: list[str]) -> int:
    """Write every file."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication([])
    folder = Path(arguments[0]) if arguments else ROOT / "build" / "icons"
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {side: render(side) for side in sorted({*ICO, *PNG, *ICNS})}
    for side in PNG:
        drawn[side].save(folder / f"clipdesk-{side}.png", optimize=True)
    drawn[256].save(
        folder / "clipdesk.ico",
        sizes=[(side, side) for side in ICO],
        append_images=[drawn[side] for side in ICO[:-1]],
    )
    drawn[1024].save(folder / "clipdesk.icns", append_images=[drawn[side] for side in ICNS[:-1]])
    del application
    print(f"{len(PNG)} pictures, clipdesk.ico and clipdesk.icns in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
