"""Where things lie: the user's data, cache and log folders, and the files that ship with clipdesk."""

import sys
from functools import cache
from pathlib import Path

from platformdirs import PlatformDirs

_DIRS = PlatformDirs("clipdesk", appauthor=False)


def data_folder() -> Path:
    """Per-user data: the default library and installed models."""
    return Path(_DIRS.user_data_dir)


def default_library() -> Path:
    """The library that is used when none is named."""
    return data_folder() / "library"


def models_folder() -> Path:
    """Installed models, one folder each."""
    return data_folder() / "models"


def settings_file() -> Path:
    """The one settings file."""
    return Path(_DIRS.user_config_dir) / "settings.toml"


def cache_folder() -> Path:
    """Per-user files that can be deleted at any time."""
    return Path(_DIRS.user_cache_dir)


def log_folder() -> Path:
    """Log files."""
    return Path(_DIRS.user_log_dir)


@cache
def resources() -> Path:
    """The folder of the files that ship with clipdesk: in a checkout, in a wheel or in a frozen app."""
    package = Path(__file__).resolve().parents[1]
    frozen = getattr(sys, "_MEIPASS", None)
    places = [Path(frozen) / "resources"] if frozen else [package / "resources", package.parent / "resources"]
    for place in places:
        if place.is_dir():
            return place
    raise FileNotFoundError(
        f"clipdesk's own files are missing (looked in {', '.join(map(str, places))}); reinstall clipdesk"
    )


def homepage() -> str:
    """Where this build of clipdesk comes from, "" where nobody said: written into the app when it is released."""
    try:
        return (resources() / "homepage.txt").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def thumbnail_file(thumbnails: Path, content_hash: str) -> Path:
    """Where the thumbnail of a photo lies: sharded by the first two letters of its content hash, JPEG."""
    return thumbnails / content_hash[:2] / f"{content_hash}.jpg"
