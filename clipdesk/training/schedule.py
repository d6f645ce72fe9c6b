"""Learning rate and order of examples, both functions of the step alone, so that a resumed run goes on exactly."""

import math

import numpy as np
import numpy.typing as npt

Indices = npt.NDArray[np.int64]


def rate_at(step: int, steps: int, warmup: int, peak: float) -> float:
    """The learning rate of a step: linear warm-up, then half a cosine to zero (Loshchilov and Hutter 2017)."""
    if step < warmup:
        return peak * (step + 1) / warmup
    share = min(1.0, (step - warmup) / max(1, steps - warmup))
    return peak * (1 + math.cos(math.pi * share)) / 2


class Order:
    """Which examples a step sees: each epoch is a permutation of all, cut into full batches; the rest is left out.

    With fewer examples than `batch`, a batch is all of them.
    """

    def __init__(self, count: int, batch: int, seed: int) -> None:
        self.batch = min(batch, count)
        self.per_epoch = count // self.batch
        self._count, self._seed = count, seed

    def epoch(self, step: int) -> int:
        """The epoch that a step belongs to."""
        return step // self.per_epoch

    def at(self, step: int) -> Indices:
        """Indices of the examples of a step: [batch]."""
        epoch, place = divmod(step, self.per_epoch)
        order = np.random.default_rng((self._seed, epoch)).permutation(self._count)
        return order[place * self.batch : (place + 1) * self.batch]
