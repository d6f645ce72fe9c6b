"""Mending a library: what `clipdesk doctor --repair` does, and the window's "Repair"."""

import shutil
from pathlib import Path


def repair_library(folder: Path) -> list[str]:
    """Mend the catalogue, delete the index files, which are rebuilt from it; returns what was done, for people.

    Thumbnails are made again by the next index run. Raises LibraryError, of a library that is in use for example.
    """
    from clipdesk.catalog import rescue
    from clipdesk.catalog.library import open_library

    done = rescue.repair(folder)
    with open_library(folder, write=True) as library:
        shutil.rmtree(library.index_folder, ignore_errors=True)
    return [*(done.lines() if done is not None else ()), "the search index is built anew from the catalogue"]
