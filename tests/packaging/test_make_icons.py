"""The icons of an installed application are made from the one drawing."""

import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]


def test_every_size_is_drawn(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "packaging" / "make_icons.py", tmp_path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    with Image.open(tmp_path / "clipdesk.ico") as ico:
        assert {(16, 16), (32, 32), (48, 48), (256, 256)} <= set(ico.info["sizes"])
    with Image.open(tmp_path / "clipdesk.icns") as icns:
        assert {side * scale for side, _, scale in icns.info["sizes"]} >= {32, 128, 256, 512, 1024}
    for side in (16, 48, 512):
        with Image.open(tmp_path / f"clipdesk-{side}.png") as png:
            assert png.size == (side, side)
            pixels = np.asarray(png.convert("RGBA"))
        assert pixels[0, 0, 3] == 0, "the corner is transparent"
        assert pixels[side // 2, side // 2, 3] == 255
        assert len(np.unique(pixels.reshape(-1, 4), axis=0)) > 20
