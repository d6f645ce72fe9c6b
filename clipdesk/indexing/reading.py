"""Reads a photo file once: its bytes, its size and time, and the hash that identifies its content."""

import errno
import os
import stat
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import xxhash

from clipdesk.core.errors import DecodeError, ReadError, is_of_disk
from clipdesk.indexing.limits import IN_MEMORY_BYTES, MAX_FILE_BYTES

_HEAD_BYTES = 4096
_PIECE_BYTES = 1 << 20
_UNUSUAL = {
    stat.S_IFDIR: "it is a folder, not a file",
    stat.S_IFIFO: "it is a pipe, not a file",
    stat.S_IFSOCK: "it is a socket, not a file",
    stat.S_IFCHR: "it is a device, not a file",
    stat.S_IFBLK: "it is a device, not a file",
}


@dataclass(slots=True)
class Source:
    """An open photo file. `stream` stands at its start and can be read again."""

    name: str
    stream: BinaryIO
    head: bytes
    """The first 4 KiB."""
    size: int
    mtime_ns: int
    content_hash: str
    """xxh3 of the whole content, 128 bits, in hex."""

    def __enter__(self) -> "Source":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stream.close()

    def rewound(self) -> BinaryIO:
        """The stream, at its start."""
        self.stream.seek(0)
        return self.stream

    def data(self) -> bytes:
        """All bytes of the file; without a copy when it was read into memory."""
        if isinstance(self.stream, BytesIO):
            return self.stream.getvalue()
        return self.rewound().read()


def open_source(path: str | Path) -> Source:
    """Open and hash a file; raises `DecodeError` for what is no readable, regular, non-empty file of at most 1 GiB."""
    name = os.fspath(path)
    try:
        # Without O_NONBLOCK, opening a pipe waits for somebody to write into it.
        handle = os.open(
            name, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
        )
    except (OSError, ValueError) as error:
        raise _error(name, error) from None
    try:
        _check_kind(os.fstat(handle))
        file = os.fdopen(handle, "rb", buffering=0)
    except BaseException:
        os.close(handle)
        raise
    try:
        return _read(name, file)
    except OSError as error:
        file.close()
        raise _error(name, error) from None
    except BaseException:
        file.close()
        raise


def _check_kind(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise DecodeError(_UNUSUAL.get(stat.S_IFMT(status.st_mode), "it is not a regular file"))


def _read(name: str, file: BinaryIO) -> Source:
    before = os.fstat(file.fileno())
    if before.st_size == 0:
        raise DecodeError("the file is empty")
    if before.st_size > MAX_FILE_BYTES:
        raise DecodeError(
            f"the file is too large ({before.st_size / 2**30:.1f} GiB, at most {MAX_FILE_BYTES >> 30} GiB)"
        )
    if before.st_size <= IN_MEMORY_BYTES:
        data = file.read()
        read, digest, head = len(data), xxhash.xxh3_128_hexdigest(data), data[:_HEAD_BYTES]
        stream: BinaryIO = BytesIO(data)
    else:
        read, digest, head = _hash_in_pieces(file)
        stream = file
    after = os.fstat(file.fileno())
    if read != after.st_size or (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise DecodeError("the file changed while it was being read")
    if stream is not file:
        file.close()
    return Source(name, stream, head, before.st_size, before.st_mtime_ns, digest)


def _hash_in_pieces(file: BinaryIO) -> tuple[int, str, bytes]:
    digest = xxhash.xxh3_128()
    read, head = 0, b""
    while piece := file.read(_PIECE_BYTES):
        head = head or piece[:_HEAD_BYTES]
        read += len(piece)
        digest.update(piece)
    file.seek(0)
    return read, digest.hexdigest(), head


def _error(name: str, error: Exception) -> DecodeError:
    return (ReadError if is_of_disk(error) else DecodeError)(_why_not_opened(name, error))


def _why_not_opened(name: str, error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "the file is gone"
    if isinstance(error, PermissionError):
        # Windows refuses to open a folder as if it were forbidden.
        return _UNUSUAL[stat.S_IFDIR] if Path(name).is_dir() else "no permission to read the file"
    if isinstance(error, IsADirectoryError):
        return _UNUSUAL[stat.S_IFDIR]
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.ENXIO, errno.EOPNOTSUPP):
        return _UNUSUAL[stat.S_IFSOCK]
    if number == errno.ELOOP:
        return "it is a link that leads back to itself"
    reason = os.strerror(number).lower() if number else "its name cannot be used"
    return f"the file cannot be read: {reason}"
