"""Which of several files of (nearly) the same picture is the one to keep, and why."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_COPY = re.compile(
    r"""[\s_-]*\(\d+\)$            # IMG_1234 (1)
    | [\s_.-]+(copy|copie|kopie|kopia|copia|edited|edit|bearbeitet|modifi[ée]|small|resized|thumb)([\s_-]*\d+)?$
    | ^(copy|copie|kopie|kopia|copia)\s+(of|de|von)\s
    | \s*(のコピー|コピー|副本|拷贝|-\s*编辑)(\s*\d+)?$
    | ~\d*$""",
    re.IGNORECASE | re.VERBOSE,
)
_CAMERA = re.compile(r"^(IMG|DSC|DSCF|DSCN|P|PXL|MVIMG|GOPR|DJI|SAM|CIMG|R\d|_MG|_DSC)[_-]?\d{3,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What counts in a file: pixels, bytes, its name without suffix, when it was made (in any unit)."""

    pixels: int
    size: int
    stem: str
    time: float
    path: str = ""


def is_copy(stem: str) -> bool:
    """Whether a name is that of a copy or an edit: "IMG_1234 (1)", "holiday-edited"."""
    return _COPY.search(stem) is not None


def by_quality(candidates: Sequence[Candidate]) -> tuple[list[int], str]:
    """Return the places of the candidates, the one to keep first, and what sets that one apart from the next.

    Most pixels first; then a name that is not that of a copy, since saving again can add bytes but no detail; then most
    bytes, then a camera's own name, then the oldest, then the shortest path. The reason is "resolution", "original
    name", "size", "oldest" or "".
    """

    def key(place: int) -> tuple[float, ...]:
        one = candidates[place]
        return (-one.pixels, is_copy(one.stem), -one.size, _CAMERA.match(one.stem) is None, one.time)

    order = sorted(
        range(len(candidates)), key=lambda place: (key(place), len(candidates[place].path), candidates[place].path)
    )
    if len(order) < 2:
        return order, ""
    reasons = ("resolution", "original name", "size", "original name", "oldest")
    best, next_one = key(order[0]), key(order[1])
    return order, next((reason for reason, a, b in zip(reasons, best, next_one, strict=True) if a != b), "")
