"""Photos of a folder with their embeddings, to make libraries of."""

from dataclasses import dataclass
from pathlib import Path

import xxhash

from clipdesk.catalog.catalog import FileResult
from clipdesk.core.entities import FileState, FoundFile, Matrix, PhotoMetadata
from clipdesk.models.encoder import Encoder


@dataclass(frozen=True)
class EmbeddedPhotos:
    """Photos below `root` with their embeddings: float32 [n, dim]."""

    root: Path
    files: tuple[Path, ...]
    vectors: Matrix
    encoder: Encoder

    def results(self, folder_id: int, chosen: slice = slice(None)) -> list[FileResult]:
        """What an indexing run would commit for some of them; every third one is full of words."""
        table = list(zip(self.files, self.vectors, range(len(self.files)), strict=True))[chosen]
        return [
            FileResult(
                folder_id,
                FoundFile(file.relative_to(self.root).as_posix(), file.stat().st_size, file.stat().st_mtime_ns),
                None,
                xxhash.xxh3_128_hexdigest(file.read_bytes()),
                PhotoMetadata(500, 400),
                vector,
                0.5 if number % 3 == 0 else -0.5,
                FileState.INDEXED,
            )
            for file, vector, number in table
        ]
