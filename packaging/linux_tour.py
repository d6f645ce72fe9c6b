"""Walks through the window of an installed clipdesk as a user does: with keys, under an X server such as Xvfb.

    xvfb-run -s "-screen 0 1280x800x24" python packaging/linux_tour.py PHOTOS OUT -- clipdesk
    ... -- chroot --userspec=1000:1000 ROOT env HOME=/home/me DISPLAY=:99 clipdesk

What stands after `--` starts clipdesk; PHOTOS is a folder as that clipdesk sees it, OUT gets a picture of every stop.
Needs xdotool and Pillow. Exit code 1 when a stop was not reached.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageChops, ImageGrab

_PATIENCE = 60.0
_SLIDER, _FIRST_TILE = (1094, 49), (205, 267)
"""Where they are in a window of 1280 x 800 pixels: the handle of the textness slider, the first result."""
_SMALL = 100 * 100
"""Pixels: what is smaller is no window but a helper of Qt's."""
_CALM = 1.5
"""Seconds in which the screen stays as it is."""


class TourError(Exception):
    """A stop of the tour was not reached."""


class Tour:
    """One walk. `command` starts clipdesk, `photos` is the folder to add."""

    def __init__(self, command: list[str], photos: str, out: Path) -> None:
        self._command, self._photos, self._out = command, photos, out
        self._window: subprocess.Popen[bytes] | None = None
        out.mkdir(parents=True, exist_ok=True)

    def walk(self) -> None:
        """First start with a folder, a search, the slider, a preview, pages, the end; then the second start."""
        self._start("app", self._photos)
        self._wait(
            "every photo is in the library", lambda: self._counted() and self._counted() == self._settled_count()
        )
        photos = self._stop("photos", photos=True)
        self._keys("ctrl+f")
        self._type("a red square")
        self._keys("Return")
        found = self._stop("search", unlike=photos, photos=True)
        self._click(_SLIDER)
        self._keys("End")
        slid = self._stop("slider", unlike=found, photos=True)
        self._click(_FIRST_TILE)
        details = self._stop("details", unlike=slid)
        self._keys("space")
        preview = self._stop("preview", unlike=details)
        self._keys("Right")
        self._stop("preview-next", unlike=preview)
        self._keys("Escape")
        for number, page in enumerate(("tags", "duplicates", "library", "models", "settings"), 2):
            self._keys(f"ctrl+{number}")
            self._stop(page)
        self._keys("ctrl+1")
        self._stop("photos-again", photos=True)
        self._quit()
        self._start("app")
        again = self._stop("second-start", unlike=photos, photos=True)
        # A later start hands its photo to the window that is there, and ends.
        similar = [*self._command, "app", f"{self._photos}/a rainbow.png"]
        subprocess.run(similar, check=True, timeout=_PATIENCE)
        self._stop("similar", unlike=again, photos=True)
        self._quit()

    def end(self) -> None:
        """Leave no window behind."""
        if self._window is not None and self._window.poll() is None:
            self._window.terminate()
            self._window.wait(_PATIENCE)

    # ---- clipdesk ----

    def _start(self, *arguments: str) -> None:
        began = time.time()
        self._window = subprocess.Popen([*self._command, *arguments])
        self._wait("the window is there", lambda: bool(self._windows()))
        print(f"  window after {time.time() - began:.2f} s", flush=True)

    def _quit(self) -> None:
        assert self._window is not None
        self._keys("ctrl+q")
        try:
            code = self._window.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            raise TourError("the window did not end") from None
        if code:
            raise TourError(f"the window ended with {code}")
        print("  ended", flush=True)

    def _counted(self) -> int:
        """Photos that can be found."""
        asked = [*self._command, "search", "name:*", "--limit", "10000", "--json"]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        return len(json.loads(done.stdout)) if done.returncode == 0 else 0

    def _settled_count(self) -> int:
        time.sleep(3)
        return self._counted()

    # ---- the screen ----

    def _windows(self) -> list[str]:
        asked = ["xdotool", "search", "--onlyvisible", "--class", "clipdesk"]
        found = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split()
        return [window for window in found if self._area(window) > _SMALL]

    @staticmethod
    def _area(window: str) -> int:
        asked = ["xdotool", "getwindowgeometry", "--shell", window]
        told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
        sizes = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
        return int(sizes.get("WIDTH", 0)) * int(sizes.get("HEIGHT", 0))

    def _focus(self) -> None:
        """Give the topmost window the keyboard: under a bare X server nobody else does."""
        for window in reversed(self._windows()):
            asked = ["xdotool", "windowfocus", "--sync", window]
            if subprocess.run(asked, capture_output=True, check=False, timeout=_PATIENCE).returncode == 0:
                return

    def _keys(self, *keys: str) -> None:
        for key in keys:
            self._focus()
            subprocess.run(["xdotool", "key", "--clearmodifiers", key], check=True)
            time.sleep(0.3)

    def _click(self, place: tuple[int, int]) -> None:
        self._focus()
        subprocess.run(["xdotool", "mousemove", *map(str, place), "click", "1"], check=True)

    def _type(self, text: str) -> None:
        subprocess.run(["xdotool", "type", "--delay", "60", text], check=True)

    def _stop(self, name: str, unlike: Image.Image | None = None, *, photos: bool = False) -> Image.Image:
        """Wait until the screen is calm (not `unlike`, and with `photos` on it), and keep a picture of it."""
        seen = [ImageGrab.grab().convert("RGB")]
        since = time.monotonic()

        def calm() -> bool:
            nonlocal since
            now = ImageGrab.grab().convert("RGB")
            same = unlike is not None and share_of_change(unlike, now) < 0.01
            if same or share_of_change(seen[0], now) > 0.001 or (photos and colours(results_of(now)) < 40):
                since = time.monotonic()
            seen[0] = now
            return time.monotonic() - since > _CALM

        self._wait(f"the screen is calm at {name!r}", calm)
        if colours(seen[0]) < 20:
            raise TourError(f"there is nothing on the screen at {name!r}")
        seen[0].save(self._out / f"{name}.png")
        print(f"  {name}", flush=True)
        return seen[0]

    def _wait(self, what: str, done: Callable[[], bool]) -> None:
        end = time.monotonic() + _PATIENCE
        while not done():
            if self._window is not None and self._window.poll() is not None:
                raise TourError(f"the window ended with {self._window.returncode} before {what}")
            if time.monotonic() > end:
                ImageGrab.grab().save(self._out / "failed.png")
                raise TourError(f"not within {_PATIENCE:.0f} s: {what}")
            time.sleep(0.2)


def results_of(screen: Image.Image) -> Image.Image:
    """Where the page of photos shows them."""
    return screen.crop((100, 190, 930, screen.height - 60))


def share_of_change(one: Image.Image, other: Image.Image) -> float:
    """Share (0..1) of pixels that differ."""
    difference = ImageChops.difference(one, other).convert("L").point(lambda value: 255 if value > 8 else 0)
    return difference.histogram()[255] / (one.width * one.height)


def colours(picture: Image.Image) -> int:
    """How many colours there are, up to a few hundred."""
    return len(picture.resize((200, 125)).getcolors(25_000) or ())


def main(arguments: list[str]) -> int:
    """Walk once."""
    split = arguments.index("--")
    photos, out = arguments[:split]
    tour = Tour(arguments[split + 1 :], photos, Path(out))
    try:
        tour.walk()
    except TourError as error:
        print(f"tour FAILED: {error}", file=sys.stderr, flush=True)
        return 1
    finally:
        tour.end()
    print("tour passed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
