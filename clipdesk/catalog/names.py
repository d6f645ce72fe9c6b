"""How names are kept: paths that survive SQL text, folded forms for comparing, and what a suffix says."""

import re
import unicodedata
from pathlib import PurePosixPath

_UNSTORABLE = re.compile("[\x01\ud800-\udfff]")
_STORED = re.compile("\x01([0-9a-f]{4})")

RAW_SUFFIXES = frozenset(
    [
        ".3fr",
        ".ari",
        ".arw",
        ".bay",
        ".cap",
        ".cr2",
        ".cr3",
        ".crw",
        ".cs1",
        ".dcr",
        ".dcs",
        ".dng",
        ".drf",
        ".eip",
        ".erf",
        ".fff",
        ".gpr",
        ".iiq",
        ".k25",
        ".kc2",
        ".kdc",
        ".mdc",
        ".mef",
        ".mos",
        ".mrw",
        ".nef",
        ".nrw",
        ".orf",
        ".ori",
        ".pef",
        ".ptx",
        ".pxn",
        ".qtk",
        ".r3d",
        ".raf",
        ".raw",
        ".rdc",
        ".rw2",
        ".rwl",
        ".rwz",
        ".sr2",
        ".srf",
        ".srw",
        ".sti",
        ".x3f",
    ]
)
"""Suffixes of camera RAW formats, lower case."""

PAIR_SUFFIXES = frozenset({".jpg", ".jpeg", ".jpe", ".heic", ".heif", ".hif", ".avif"})
"""Suffixes of the pictures that cameras write beside a RAW file."""

TYPE_SUFFIXES: dict[str, frozenset[str]] = {
    "raw": RAW_SUFFIXES,
    "jpeg": frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"}),
    "jpg": frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"}),
    "heic": frozenset({".heic", ".heif", ".hif"}),
    "heif": frozenset({".heic", ".heif", ".hif"}),
    "tiff": frozenset({".tif", ".tiff"}),
    "tif": frozenset({".tif", ".tiff"}),
    "jp2": frozenset({".jp2", ".j2k", ".jpf", ".jpx", ".j2c", ".jpc"}),
    "jpeg2000": frozenset({".jp2", ".j2k", ".jpf", ".jpx", ".j2c", ".jpc"}),
    "ppm": frozenset({".ppm", ".pgm", ".pbm", ".pnm"}),
}
"""What `type:` values mean that are not simply a suffix."""


def encode_path(path: str) -> str:
    """Make a file name storable as SQL text, reversibly.

    Names that are not Unicode reach Python with lone surrogates (PEP 383), which UTF-8 text columns refuse; each
    becomes U+0001 and four hex digits, and so does U+0001 itself.
    """
    return _UNSTORABLE.sub(lambda found: f"\x01{ord(found[0]):04x}", path)


def decode_path(stored: str) -> str:
    """Undo `encode_path`."""
    return _STORED.sub(lambda found: chr(int(found[1], 16)), stored) if "\x01" in stored else stored


def fold(text: str) -> str:
    """Return `text` as it is compared: case and composition (macOS stores decomposed names) make no difference."""
    return unicodedata.normalize("NFC", text).casefold()


def split_path(path: str) -> tuple[str, str]:
    """Split a relative path with forward slashes into directory ("" at the top) and name."""
    directory, _, name = path.rpartition("/")
    return directory, name


def split_name(name: str) -> tuple[str, str]:
    """Split a file name into folded stem and folded suffix with its dot; joined they are the whole folded name."""
    folded = encode_path(fold(name))
    suffix = PurePosixPath(folded).suffix
    return folded[: len(folded) - len(suffix)], suffix


def suffixes_of_type(value: str) -> frozenset[str]:
    """Return the suffixes that a `type:` value stands for: a known type, or the suffix itself."""
    value = fold(value).removeprefix("*").removeprefix(".")
    return TYPE_SUFFIXES.get(value, frozenset({f".{value}"}))
