"""JPEG pictures that tell whether they are whole: a comment holds a checksum of everything else.

A picture with some wrong bytes still opens, and shows something else; any reader of JPEG skips the comment.
"""

import zlib

_START, _END = b"\xff\xd8", b"\xff\xd9"
_COMMENT = b"\xff\xfe\x00\x13clipdesk "
"""The marker, its length (this, the name and eight digits), the name."""
_DIGITS = 8
_HEAD = len(_START) + len(_COMMENT) + _DIGITS


def marked(jpeg: bytes) -> bytes:
    """Put the checksum into a JPEG file."""
    rest = jpeg[len(_START) :]
    return _START + _COMMENT + _checksum(rest) + rest


def is_whole(jpeg: bytes) -> bool:
    """Whether a file is as it was written. One without a checksum only has to begin and end as a JPEG does."""
    if not jpeg.startswith(_START + _COMMENT):
        return jpeg.startswith(_START) and jpeg.endswith(_END)
    return jpeg[_HEAD - _DIGITS : _HEAD] == _checksum(jpeg[_HEAD:])


def _checksum(data: bytes) -> bytes:
    return b"%08x" % zlib.crc32(data)
