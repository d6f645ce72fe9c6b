"""The words for a picture that cannot be decoded."""

import pytest

from clipdesk.indexing.decode_errors import reason


@pytest.mark.parametrize(
    "said",
    [
        "Decoder plugin generated an error: Unspecified",
        "b'Data error or unsupported file format'",
        "decoder error -2",
        "broken data stream when reading image file",
    ],
)
def test_what_only_the_library_understands_is_not_told(said: str) -> None:
    told = reason("HEIF", OSError(said))
    assert told == "HEIF picture: damaged, or in a coding that is not supported"


def test_what_a_user_understands_is_told() -> None:
    assert reason("PNG", OSError("image file is truncated (3 bytes not processed)")).endswith("the file is cut off")
    assert reason("TIFF", OSError("unsupported bit depth 7")).endswith("unsupported kind: unsupported bit depth 7")
    assert reason("PNG", ValueError("cannot read palette")) == "damaged PNG picture: cannot read palette"
    assert reason("PNG", KeyError("x")) == "damaged PNG picture: its structure makes no sense"
    assert reason("PNG", MemoryError()) == "the picture needs more memory than a decoder may use"
