"""Run as a process of its own: opens a library for writing, commits batches until it is killed."""

import itertools
import sys
from pathlib import Path

from clipdesk.catalog.catalog import FileResult
from clipdesk.catalog.library import open_library
from clipdesk.core.entities import FoundFile, PhotoMetadata


def main(folder: Path, *, commit: bool) -> None:
    import numpy as np

    library = open_library(folder, write=True, create=True)
    root = library.catalog.folders.add(folder / "photos")
    print("ready", flush=True)
    if not commit:
        sys.stdin.read()
        return
    unit = np.full(64, 1 / 8, np.float32)
    for batch in itertools.count():
        library.catalog.commit_batch(
            [
                FileResult(
                    root.id,
                    FoundFile(f"{batch}/{number}.jpg", 1, 1),
                    content_hash=f"{batch * 32 + number:032x}",
                    metadata=PhotoMetadata(keywords=("a",)),
                    embedding=unit,
                    textness=0.0,
                )
                for number in range(32)
            ],
            "model",
        )
        print(batch, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), commit=sys.argv[2] == "commit")
