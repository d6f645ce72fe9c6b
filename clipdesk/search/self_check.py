"""Whether an installed model is what it should be: drawn pictures must find their own wording.

Random weights, weights of another architecture, a wrong tokenizer or wrong preprocessing pass every check of files and
shapes. They do not pass this one: of sixteen pictures at least eight must be nearest to their own of sixteen wordings,
which guessing does less often than once in 100,000.
"""

from dataclasses import dataclass

import numpy as np

from clipdesk.models.encoder import Encoder
from clipdesk.search.check_pictures import pictures
from clipdesk.search.rendering import model_pixels

ENOUGH = 8
"""Of the sixteen. By chance: the sum over k >= 8 of C(16, k) (1/16)^k (15/16)^(16-k), 2 in a million."""
_UNIT = 1e-3
_SAME = 1e-4


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """What the check found. `problem` says in one line why the model is not trusted, "" when it is."""

    found: int
    of: int
    problem: str = ""
    sound: bool = True
    """False when the embeddings themselves are broken: no user can want that."""
    speed: float = 0.0
    """Photos a second that the model embedded on this computer; 0 when that was not measured."""

    @property
    def trusted(self) -> bool:
        """True when the model may answer."""
        return not self.problem


def check(encoder: Encoder) -> SelfCheck:
    """Try a model on the sixteen pictures. Raises whatever running it raises."""
    cases = pictures()
    pixels = model_pixels([picture for _, picture in cases], encoder.info.image)
    wordings = [wording for wording, _ in cases]
    images, texts = encoder.encode_images(pixels), encoder.encode_texts(wordings)
    for name, vectors in (("pictures", images), ("words", texts)):
        if vectors.shape != (len(cases), encoder.info.dim):
            return _broken(f"its embeddings of {name} have the wrong shape")
        if not np.isfinite(vectors).all():
            return _broken(f"its embeddings of {name} are not numbers")
        if np.abs(np.linalg.norm(vectors, axis=1) - 1).max() > _UNIT:
            return _broken(f"its embeddings of {name} are not of unit length")
    again = np.abs(encoder.encode_images(pixels[:3]) - images[:3]).max()
    again = max(again, np.abs(encoder.encode_texts(wordings[:3]) - texts[:3]).max())
    if again > _SAME:
        return _broken("it gives other embeddings each time")
    found = int((np.argmax(images @ texts.T, axis=1) == np.arange(len(cases))).sum())
    if found < ENOUGH:
        return SelfCheck(found, len(cases), f"only {found} of {len(cases)} drawn pictures found their own words")
    return SelfCheck(found, len(cases))


def _broken(problem: str) -> SelfCheck:
    return SelfCheck(0, 16, problem, sound=False)
