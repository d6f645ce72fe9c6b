"""How good a model is, in numbers: retrieval on captions, textness, and whether written words fool it.

Nothing here needs PyTorch: any encoder will do. Photos are decoded by the `load_pixels` that is passed in.
"""

import csv
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from clipdesk.core.entities import ImageSpec, Matrix, Pixels
from clipdesk.core.errors import UserError
from clipdesk.core.ranking import TEXTNESS_SHARE
from clipdesk.models.encoder import Encoder
from clipdesk.search.rendering import embed, middle_square, paint_words, word_picture
from clipdesk.search.samples import package_file
from clipdesk.search.textness import TextnessDirection, auc, measure
from clipdesk.search.zero_shot import text_vector

LoadPixels = Callable[[Path, ImageSpec], Pixels]
Progress = Callable[[int, int], None]
"""Called with (done, total) after every batch."""

_BATCH = 32
_RANKS = (1, 5, 10)
_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".ppm"}
SCALES = (-2.0, -1.0, 0.0, 1.0, 2.0)


def retrieval(
    encoder: Encoder,
    captions_csv: Path,
    images: Path,
    load_pixels: LoadPixels,
    *,
    threads: int = 2,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Recall@1, 5 and 10 of captions finding their photo and photos finding one of their captions.

    `captions_csv` has the columns `image` (a path below `images`) and `caption`. Captions are taken as they stand, as
    published figures do (Karpathy and Fei-Fei 2015): no prompt templates. `UserError` when something can't be read.
    """
    rows = read_captions(captions_csv)
    names = list(dict.fromkeys(image for image, _ in rows))
    _expect_files([images / name for name in names], images)
    photos = embed_files(encoder, [images / name for name in names], load_pixels, threads=threads, progress=progress)
    texts = np.concatenate([encoder.encode_texts([c for _, c in rows[i : i + 256]]) for i in range(0, len(rows), 256)])
    places = {name: place for place, name in enumerate(names)}
    owners = np.array([places[image] for image, _ in rows])
    return {
        **recalls(texts, photos, owners),
        "photos": len(names),
        "captions": len(rows),
        "model": encoder.info.name,
    }


def recalls(texts: Matrix, photos: Matrix, owners: npt.NDArray[np.intp]) -> dict[str, dict[str, float]]:
    """Recalls from embeddings: texts [m, dim], photos [n, dim], owners [m] the photo that each text belongs to.

    A tie counts against the model: the rank is the number of others that score as high or higher.
    """
    to_image: list[npt.NDArray[np.intp]] = []
    best_own = np.full(len(photos), -np.inf, np.float32)
    for start in range(0, len(texts), 512):
        part = slice(start, start + 512)
        scores = texts[part] @ photos.T
        own = scores[np.arange(len(scores)), owners[part]]
        to_image.append((scores >= own[:, None]).sum(1) - 1)
        np.maximum.at(best_own, owners[part], own)
    to_text = np.zeros(len(photos), np.intp)
    for start in range(0, len(texts), 512):
        part = slice(start, start + 512)
        foreign = owners[part][:, None] != np.arange(len(photos))[None, :]
        to_text += ((texts[part] @ photos.T >= best_own[None, :]) & foreign).sum(0)
    described = np.isin(np.arange(len(photos)), owners)
    return {
        "text_to_image": _recall(np.concatenate(to_image)),
        "image_to_text": _recall(to_text[described]),
    }


def _recall(ranks: npt.NDArray[np.intp]) -> dict[str, float]:
    return {f"recall@{k}": round(float((ranks < k).mean()), 4) for k in _RANKS}


def read_captions(file: Path) -> list[tuple[str, str]]:
    """The (image, caption) rows of a CSV file with those columns. `UserError` when it is not one."""
    try:
        with file.open(newline="", encoding="utf-8-sig") as source:
            table = csv.DictReader(source)
            if not {"image", "caption"} <= set(table.fieldnames or ()):
                raise UserError(f"{file} has no columns image and caption", "Its first line must be: image,caption")
            rows = [(row["image"].strip(), row["caption"].strip()) for row in table if row["image"] and row["caption"]]
    except OSError as error:
        raise UserError(f"{file} cannot be opened: {error.strerror}", "Check the path.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{file} is no CSV file that can be read", "Save it as comma-separated UTF-8.") from error
    if not rows:
        raise UserError(f"{file} has no captions", "Write one row for each caption: image,caption")
    return rows


def _expect_files(files: Sequence[Path], images: Path) -> None:
    missing = [file for file in files if not file.is_file()]
    if missing:
        others = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
        raise UserError(f"{missing[0]} is missing{others}", f"Is {images} the folder that the captions name?")


def embed_files(
    encoder: Encoder,
    files: Sequence[Path],
    load_pixels: LoadPixels,
    *,
    threads: int = 2,
    progress: Progress | None = None,
) -> Matrix:
    """Embeddings of photo files, decoded ahead in threads: float32 [n, dim]."""
    parts: list[Matrix] = []
    spec = encoder.info.image
    with ThreadPoolExecutor(threads) as pool:
        waiting = [pool.submit(load_pixels, file, spec) for file in files[: 2 * _BATCH]]
        for start in range(0, len(files), _BATCH):
            pixels = [future.result() for future in waiting[:_BATCH]]
            ahead = start + 2 * _BATCH
            waiting = waiting[_BATCH:] + [pool.submit(load_pixels, f, spec) for f in files[ahead : ahead + _BATCH]]
            parts.append(encoder.encode_images(np.stack(pixels)))
            if progress:
                progress(min(start + _BATCH, len(files)), len(files))
    return np.concatenate(parts) if parts else np.zeros((0, encoder.info.dim), np.float32)


def textness_auc(
    encoder: Encoder,
    with_words: Path,
    without_words: Path,
    direction: TextnessDirection,
    load_pixels: LoadPixels,
    *,
    seed: int = 0,
    threads: int = 2,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """How well textness tells pictures with words, as ROC AUC.

    "auc": the pictures of folder `with_words` against those of `without_words`. "paired_auc": those of
    `without_words` with words rendered on them against the same ones without.
    """
    written, plain = pictures_in(with_words), pictures_in(without_words)
    total = len(written) + 2 * len(plain)
    steps = _Steps(progress, total)
    t_written = measure(direction, embed_files(encoder, written, load_pixels, threads=threads, progress=steps.at(0)))
    offset = len(written)
    t_plain = measure(direction, embed_files(encoder, plain, load_pixels, threads=threads, progress=steps.at(offset)))
    offset += len(plain)
    t_before, t_after = _painted(encoder, plain, direction, seed, steps.at(offset))
    return {
        "auc": round(auc(t_written, t_plain), 4),
        "paired_auc": round(auc(t_after, t_before), 4),
        "pairs_in_order": round(float((t_after > t_before).mean()), 4),
        "with": len(written),
        "without": len(plain),
        "model": encoder.info.name,
    }


@dataclass(frozen=True, slots=True)
class _Steps:
    """Progress over several passes as one."""

    progress: Progress | None
    total: int

    def at(self, offset: int) -> Progress | None:
        progress = self.progress
        return (lambda done, _: progress(offset + done, self.total)) if progress else None


def _painted(
    encoder: Encoder, files: Sequence[Path], direction: TextnessDirection, seed: int, progress: Progress | None
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Textness of the middle squares of pictures before and after words are rendered on them."""
    rng = np.random.default_rng(seed)
    before: list[npt.NDArray[np.float32]] = []
    after: list[npt.NDArray[np.float32]] = []
    size = max(224, encoder.info.image.size)
    for start in range(0, len(files), _BATCH):
        squares = [_square(file, size) for file in files[start : start + _BATCH]]
        before.append(measure(direction, embed(encoder, squares)))
        after.append(measure(direction, embed(encoder, [paint_words(square, rng) for square in squares])))
        if progress:
            progress(min(start + _BATCH, len(files)), len(files))
    return np.concatenate(before), np.concatenate(after)


def _square(file: Path, size: int) -> Image.Image:
    try:
        with Image.open(file) as picture:
            return middle_square(picture, size)
    except (OSError, ValueError, SyntaxError) as error:
        raise UserError(f"{file} cannot be read as a picture", "Remove it from the folder.") from error


def pictures_in(folder: Path) -> list[Path]:
    """Every picture below `folder`, sorted. `UserError` when there are none."""
    if not folder.is_dir():
        raise UserError(f"{folder} is not a folder", "Name a folder of pictures.")
    found = sorted(file for file in folder.rglob("*") if file.suffix.lower() in _SUFFIXES and file.is_file())
    if not found:
        raise UserError(f"{folder} has no pictures", "Name a folder of pictures.")
    return found


def has_pictures(folder: Path) -> bool:
    """True when a picture lies directly in `folder`."""
    return any(file.suffix.lower() in _SUFFIXES for file in folder.iterdir())


def word_confusion(encoder: Encoder, direction: TextnessDirection, cat_photo: Path | None = None) -> dict[str, Any]:
    """The example of PicCollage's study: "cat" against the written words "Cat" and "Gat" and a photo of a cat.

    Gives each picture's score for the query at each textness scale (q·v plus the slider's share, with q·v's spread
    taken over these pictures, at least 0.005) and the order they come in. Without `cat_photo`, scikit-image's cat is
    used when it is installed, otherwise only the words are compared.
    """
    photo = cat_photo or package_file("skimage", "data/chelsea.png")
    pictures = {"the word Cat": word_picture("Cat"), "the word Gat": word_picture("Gat")}
    if photo:
        pictures["a photo of a cat"] = _square(photo, 512)
    vectors = embed(encoder, list(pictures.values()))
    similarity = vectors @ text_vector(encoder, "cat")
    textness = measure(direction, vectors)
    sigma = max(float(similarity.std()), 0.005)
    names = list(pictures)
    rows: list[dict[str, Any]] = []
    for scale in SCALES:
        scores = similarity + TEXTNESS_SHARE * scale * sigma * textness
        rows.append(
            {
                "textness": scale,
                "scores": {name: round(float(score), 4) for name, score in zip(names, scores, strict=True)},
                "order": [names[place] for place in np.argsort(-scores, kind="stable")],
            }
        )
    return {
        "query": "cat",
        "rows": rows,
        "t": {name: round(float(t), 3) for name, t in zip(names, textness, strict=True)},
        "model": encoder.info.name,
    }


def confusion_table(result: dict[str, Any]) -> str:
    """`word_confusion`'s outcome as lines of text."""
    names = list(result["t"])
    lines = [f'query "{result["query"]}", model {result["model"]}', "textness  " + "  ".join(f"{n:>16}" for n in names)]
    lines += [
        f"{row['textness']:+8.0f}  " + "  ".join(f"{row['scores'][name]:16.4f}" for name in names)
        for row in result["rows"]
    ]
    lines.append("t         " + "  ".join(f"{result['t'][name]:16.2f}" for name in names))
    return "\n".join(lines)
