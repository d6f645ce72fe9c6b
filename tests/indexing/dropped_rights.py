"""Tests of refused access, which root never meets."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

_NOBODY = 65534


@contextlib.contextmanager
def ordinary_user() -> Iterator[None]:
    """Run the block with an ordinary user's rights when this is root."""
    if os.name != "posix" or os.geteuid() != 0:
        yield
        return
    os.setegid(_NOBODY)
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@contextlib.contextmanager
def public_folder() -> Iterator[Path]:
    """Make a temporary folder that every user may enter, which pytest's are not."""
    folder = Path(tempfile.mkdtemp(prefix="clipdesk-public-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
