"""Whether a catalogue's write-ahead log, left by a process that was killed, could be read to its end.

SQLite drops everything from the first damaged frame on without a word. The format is described in
https://www.sqlite.org/fileformat2.html#the_write_ahead_log.
"""

import struct
from pathlib import Path

_HEADER = struct.Struct(">8I")
"""Magic number, version, page size, checkpoint number, two salts, two checksums."""
_FRAME = struct.Struct(">6I")
"""Page number, size of the database after a commit (else 0), two salts, two checksums."""


def committed_frames(catalogue: Path) -> int:
    """Return how many frames there are up to the last commit that the log tells of, damaged ones included.

    Frames of earlier logs, which lie behind the present one's, have other salts. 0 without a log.
    """
    try:
        with catalogue.with_name(f"{catalogue.name}-wal").open("rb") as file:
            header = file.read(_HEADER.size)
            if len(header) < _HEADER.size:
                return 0
            _, _, size, _, *salts = _HEADER.unpack(header)[:6]
            page = size if 512 <= size <= 65_536 and size & (size - 1) == 0 else 4096
            frames: list[tuple[int, tuple[int, int]]] = []
            while len(frame := file.read(_FRAME.size)) == _FRAME.size and len(file.read(page)) == page:
                _, commit, first, second, *_ = _FRAME.unpack(frame)
                frames.append((commit, (first, second)))
    except OSError:
        return 0
    # A damaged header, or a damaged first frame, must not hide all others.
    present = {(salts[0], salts[1]), *(salts for _, salts in frames[:1])}
    ends = [number for number, (commit, salts) in enumerate(frames, 1) if commit and salts in present]
    return max(ends, default=0)
