"""Turns what image libraries raise into one line that a user understands."""

import os
import re
import struct
import threading
import warnings
import zlib
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, nullcontext

from PIL import Image, UnidentifiedImageError

from clipdesk.core.errors import DecodeError, ReadError, UserError, is_of_disk

_terminal = threading.Lock()
_CHATTY = frozenset(("TIFF", "RAW"))
_CUT_OFF = re.compile(
    r"truncat|premature|unexpected end|end of (file|data|stream|image)|too short|eof|not enough|need_more_input", re.I
)
_JARGON = re.compile(r"plugin|unspecified|data error|decoder error|unsupported file format|broken data stream", re.I)
_NOISE = re.compile(r"\s*(<[^>]*>|0x[0-9a-f]+|\bb(?=['\"]))", re.I)


class _Quiet:
    """Silences Pillow while any thread decodes: its warnings and its own size limit are global to the process.

    Sizes are checked by `opening.check_size` instead, with limits per format.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._restore = ExitStack()

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._restore.enter_context(warnings.catch_warnings())
                warnings.simplefilter("ignore")
                self._restore.callback(setattr, Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
                Image.MAX_IMAGE_PIXELS = None

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._restore.close()


_quiet = _Quiet()


@contextmanager
def decoding(kind: str) -> Generator[None]:
    """Run library code on a picture of format `kind`: whatever goes wrong becomes a `DecodeError`, warnings vanish."""
    with _quiet, _native_stderr_closed() if kind in _CHATTY else nullcontext():
        try:
            yield
        except UserError:
            raise
        except Exception as error:
            if is_of_disk(error):
                raise ReadError(f"the file cannot be read: {str(error.strerror).lower()}") from error
            raise DecodeError(reason(kind, error)) from error


def reason(kind: str, error: Exception) -> str:
    """Name in one line why a picture of format `kind` could not be decoded."""
    said = _said(error)
    if isinstance(error, MemoryError) or "memory" in said.lower():
        return "the picture needs more memory than a decoder may use"
    if isinstance(error, Image.DecompressionBombError):
        return "the picture is too large"
    if isinstance(error, EOFError) or _CUT_OFF.search(said):
        return f"damaged {kind} picture: the file is cut off"
    if isinstance(error, UnidentifiedImageError) or not said:
        return f"damaged {kind} picture: it cannot be decoded"
    if _JARGON.search(said):
        return f"{kind} picture: damaged, or in a coding that is not supported"
    if "unsupported" in said.lower():
        return f"{kind} picture of an unsupported kind: {said}"
    plain = isinstance(error, (OSError, ValueError, SyntaxError, RuntimeError, zlib.error))
    if not plain and isinstance(error, (struct.error, LookupError, TypeError, ArithmeticError, AttributeError)):
        return f"damaged {kind} picture: its structure makes no sense"
    return f"damaged {kind} picture: {said}"


def _said(error: Exception) -> str:
    """What the library said, as one short line without addresses of objects."""
    first = error.args[0] if error.args else ""
    text = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(error)
    text = " ".join(_NOISE.sub(" ", text).split())
    return text[:120].rstrip(" .")


@contextmanager
def _native_stderr_closed() -> Generator[None]:
    """LibRaw and libtiff print remarks about damaged files straight to the terminal; they are not for the user."""
    with _terminal:
        try:
            kept = os.dup(2)
        except OSError:  # no stderr at all: a windowed app
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
