"""How far two models agree on what they find: a student beside its teacher, or any two models.

For every search term the other model's first N photos are taken as the relevant ones, and the model's own first N are
marked against them by average precision (Manning, Raghavan and Schütze, Introduction to Information Retrieval, 8.4):

    AP@N = 1/N · Σ over k = 1..N of (relevant(k) · precision(k)),    MAP@N = mean of AP@N over the terms

where relevant(k) is 1 when the model's k-th photo is among the other model's first N, and precision(k) is the share of
relevant photos among its first k. 1 needs the same N photos, in any order; photos in common count more the earlier they
come. After PicCollage's study of a distilled CLIP, N runs from 10 to 20. Overlap@N, the plain share of photos in
common, stands beside it. Two models may have little in common and both be right: recall on captions tells that.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from clipdesk.core.entities import Matrix
from clipdesk.core.errors import UserError
from clipdesk.models.encoder import Encoder
from clipdesk.search.zero_shot import text_vectors
from clipdesk.training.evaluate import LoadPixels, Progress, embed_files, pictures_in, read_captions, recalls

DEPTHS = tuple(range(10, 21))
"""The N of the study."""
Order = npt.NDArray[np.intp]
"""Positions of photos, best first: intp, shape [queries, photos or first N]."""


@dataclass(frozen=True, slots=True)
class Queries:
    """Search terms; for captions also the file that each describes."""

    texts: tuple[str, ...]
    images: tuple[str, ...] = ()

    @property
    def captions(self) -> bool:
        """True when every text belongs to a photo."""
        return bool(self.images)


@dataclass(frozen=True, slots=True)
class Ranking:
    """What one model finds: the first photos of each query, and recall on captions when there are any."""

    model: str
    order: Order
    recall: dict[str, dict[str, float]] | None = None


def read_queries(file: Path) -> Queries:
    """Search terms of a text file, one a line (`#` starts a remark), or the rows of an `image,caption` CSV file.

    Raises UserError when the file cannot be read or is empty.
    """
    if file.suffix.lower() == ".csv":
        rows = read_captions(file)
        return Queries(tuple(caption for _, caption in rows), tuple(image for image, _ in rows))
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{file} cannot be read as text", "Name a text file with one search term a line.") from error
    texts = tuple(dict.fromkeys(line.strip() for line in lines if line.strip() and not line.startswith("#")))
    if not texts:
        raise UserError(f"{file} has no search terms", "Write one a line.")
    return Queries(texts)


def photos_of(queries: Queries, images: Path) -> list[Path]:
    """The photos to rank: those that captions name, or every picture below `images`."""
    if not queries.captions:
        return pictures_in(images)
    files = [images / name for name in dict.fromkeys(queries.images)]
    missing = next((file for file in files if not file.is_file()), None)
    if missing:
        raise UserError(f"{missing} is missing", f"Is {images} the folder that the captions name?")
    return files


def rank(
    encoder: Encoder,
    queries: Queries,
    files: Sequence[Path],
    load_pixels: LoadPixels,
    *,
    progress: Progress | None = None,
) -> Ranking:
    """The first 20 photos of every query by one model. Captions are taken as they stand, terms as a search would."""
    photos = embed_files(encoder, files, load_pixels, progress=progress)
    if not queries.captions:
        return Ranking(encoder.info.name, first(text_vectors(encoder, queries.texts), photos))
    texts = encoder.encode_texts(queries.texts)
    places = {name: place for place, name in enumerate(dict.fromkeys(queries.images))}
    owners = np.array([places[image] for image in queries.images])
    return Ranking(encoder.info.name, first(texts, photos), recalls(texts, photos, owners))


def first(texts: Matrix, photos: Matrix, count: int = DEPTHS[-1]) -> Order:
    """Positions of the best `count` photos of each text: intp [m, count]; ties in the order of the photos."""
    parts = [
        np.argsort(-(texts[start : start + 256] @ photos.T), axis=1, kind="stable")[:, :count]
        for start in range(0, len(texts), 256)
    ]
    return np.concatenate(parts)


def average_precision(own: Order, others: Order) -> npt.NDArray[np.float64]:
    """AP@N of every query (see above) from both models' first N, intp [m, N] each: float64 [m]."""
    relevant = (own[:, :, None] == others[:, None, :]).any(2)
    ranks: npt.NDArray[np.float64] = np.arange(1, own.shape[1] + 1, dtype=np.float64)
    found: npt.NDArray[np.float64] = np.cumsum(relevant, axis=1, dtype=np.float64)
    return np.mean(relevant * found / ranks, axis=1)


def overlap(own: Order, others: Order) -> npt.NDArray[np.float64]:
    """Share of both models' first N that is the same, per query: float64 [m]."""
    return (own[:, :, None] == others[:, None, :]).any(2).mean(1)


def agreement(own: Ranking, other: Ranking, photos: int) -> dict[str, Any]:
    """MAP@N and overlap@N for N = 10..20; `by_chance` is the overlap@10 that two blind models would have.

    With captions, both models' recall stands beside them. Raises UserError when there are fewer photos than N.
    """
    depths = [depth for depth in DEPTHS if depth <= photos]
    if not depths:
        raise UserError(f"{photos} pictures are too few", f"Agreement is measured on the first {DEPTHS[0]} or more.")

    def each(measure: Callable[[Order, Order], npt.NDArray[np.float64]]) -> dict[str, float]:
        values = {str(n): measure(own.order[:, :n], other.order[:, :n]).mean() for n in depths}
        return {n: round(float(value), 4) for n, value in values.items()}

    precision = each(average_precision)
    result: dict[str, Any] = {
        "model": own.model,
        "against": other.model,
        "queries": len(own.order),
        "photos": photos,
        "map": precision,
        "map_mean": round(float(np.mean(list(precision.values()))), 4),
        "overlap": each(overlap),
        "by_chance": round(depths[0] / photos, 4),
        "same_best": round(float((own.order[:, 0] == other.order[:, 0]).mean()), 4),
    }
    if own.recall is not None and other.recall is not None:
        result["recall"] = {own.model: own.recall, other.model: other.recall}
        if own.model == other.model:
            result["recall"] = {own.model: own.recall}
    return result


def agreement_table(result: dict[str, Any]) -> str:
    """`agreement`'s outcome as lines of text."""
    lines = [
        f"{result['model']} against {result['against']}: {result['queries']} queries, {result['photos']} photos",
        "   N   MAP@N  overlap@N",
        *(f"{n:>4}  {value:6.3f}  {result['overlap'][n]:9.3f}" for n, value in result["map"].items()),
        f"mean  {result['map_mean']:6.3f}",
        f"the same first photo: {result['same_best']:.3f}; overlap@10 by chance: {result['by_chance']:.3f}",
    ]
    for model, found in result.get("recall", {}).items():
        for way, recall in found.items():
            told = "  ".join(f"{name} {value:.3f}" for name, value in recall.items())
            lines.append(f"{model}, {way.replace('_', ' ')}: {told}")
    return "\n".join(lines)
