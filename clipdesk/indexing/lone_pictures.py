"""Single pictures to what a model wants, in a decoder process: one that kills its decoder kills nothing else."""

import threading
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from clipdesk.core.entities import ImageSpec, Pixels
from clipdesk.core.errors import DecodeError, UserError
from clipdesk.indexing import decode_process
from clipdesk.indexing.child_signals import children_sheltered
from clipdesk.indexing.decode_pool import decoder_error, time_limit
from clipdesk.indexing.decoder import load_pixels
from clipdesk.indexing.limits import SPARE_SECONDS

_START_SECONDS = 60.0
"""A process that is not ready by then, on however busy a machine, never will be."""
_Task = tuple[Path, ImageSpec, float]


class LonePictures:
    """Decodes the pictures that queries name, one after the other. The process starts with the first one.

    Safe from any thread. `seconds` (per file) can be replaced by tests.
    """

    def __init__(self, *, seconds: float | None = None) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: Any = None
        self._connection: Connection[Any, Any] | None = None

    def load(self, path: Path, spec: ImageSpec) -> Pixels:
        """Decode to uint8 [size, size, 3]. Raises `DecodeError`, also when the decoder hung or crashed."""
        seconds = time_limit(path) if self._seconds is None else self._seconds
        with self._lock:
            try:
                connection = self._started()
                connection.send((path, spec, seconds))
                if not connection.poll(seconds):
                    raise decoder_error(TimeoutError(), seconds)
                result: Pixels | UserError = connection.recv()
            except (OSError, EOFError):
                self._end()
                raise DecodeError("the decoder crashed on this file") from None
            except UserError:
                self._end()
                raise
        if isinstance(result, UserError):
            raise result
        return result

    def close(self) -> None:
        """End the process; it starts again when there is another picture."""
        with self._lock:
            self._end()

    def _started(self) -> "Connection[Any, Any]":
        # It says nothing unasked: what there is to read now is that it has ended.
        if self._connection is not None and not self._connection.poll():
            return self._connection
        self._end()
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        arguments = (decode_process.Hush(), _serve, theirs)
        self._process = context.Process(target=decode_process.begin, args=arguments, daemon=True)
        with children_sheltered(from_all=True):
            self._process.start()
        theirs.close()
        if not self._connection.poll(_START_SECONDS):
            raise DecodeError("the decoder does not start")
        self._connection.recv()
        return self._connection

    def _end(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None


def _serve(connection: "Connection[Any, Any]") -> None:
    """In the child: tell that it is ready, then decode until the pipe closes."""
    decode_process.settle()
    connection.send(None)
    while True:
        try:
            task: _Task = connection.recv()
        except EOFError:
            return
        connection.send(_decoded(*task))


def _decoded(path: Path, spec: ImageSpec, seconds: float) -> Pixels | UserError:
    decode_process.limit_time(seconds + SPARE_SECONDS)
    try:
        return load_pixels(path, spec)
    except Exception as error:
        return decoder_error(error, seconds)
