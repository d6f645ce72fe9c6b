"""Which files are photos, by their names."""

from pathlib import PurePath

RAW_SUFFIXES = frozenset(
    (
        ".3fr",
        ".arw",
        ".cr2",
        ".cr3",
        ".crw",
        ".dcr",
        ".dng",
        ".erf",
        ".fff",
        ".gpr",
        ".iiq",
        ".kdc",
        ".mef",
        ".mos",
        ".mrw",
        ".nef",
        ".nrw",
        ".orf",
        ".pef",
        ".raf",
        ".raw",
        ".rw2",
        ".rwl",
        ".sr2",
        ".srf",
        ".srw",
        ".x3f",
    )
)
"""Camera RAW."""

HEIF_SUFFIXES = frozenset((".heic", ".heif", ".hif"))

PHOTO_SUFFIXES = (
    frozenset(
        (
            ".jpg",
            ".jpeg",
            ".jpe",
            ".jfif",
            ".mpo",
            ".png",
            ".apng",
            ".webp",
            ".gif",
            ".bmp",
            ".dib",
            ".tif",
            ".tiff",
            ".jp2",
            ".j2k",
            ".jpf",
            ".jpx",
            ".jpc",
            ".j2c",
            ".ppm",
            ".pgm",
            ".pbm",
            ".pnm",
            ".pfm",
            ".avif",
            ".jxl",
        )
    )
    | HEIF_SUFFIXES
    | RAW_SUFFIXES
)
"""Everything that is indexed; lower case, with the dot."""


def suffix_of(name: str) -> str:
    """The last suffix of a file name, lower case, with the dot; empty when there is none."""
    return PurePath(name).suffix.lower()


def is_photo(name: str) -> bool:
    """Whether a file of this name is indexed."""
    return suffix_of(name) in PHOTO_SUFFIXES


def is_raw(name: str) -> bool:
    """Whether a file of this name is camera RAW."""
    return suffix_of(name) in RAW_SUFFIXES
