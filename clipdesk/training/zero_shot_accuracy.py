"""Zero-shot classification: how often the nearest class name is the right one, by how the classes are worded.

Classes are told in words alone (Radford et al. 2021, section 3.1). Three ways are measured side by side: one template
("a photo of {}"), the mean over several templates (prompt ensembling, section 3.1.4), and the user's own wording.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from clipdesk.core.entities import Matrix
from clipdesk.core.errors import UserError
from clipdesk.models.encoder import Encoder
from clipdesk.search.zero_shot import class_templates
from clipdesk.training.evaluate import LoadPixels, Progress, embed_files, has_pictures, pictures_in

ONE_TEMPLATE = "a photo of {}"
_ONE, _ENSEMBLE, _OWN = "one template", "ensemble", "own wording"


@dataclass(frozen=True, slots=True)
class Wording:
    """The user's own words: templates with `{}` for the class, or texts of single classes, by the folder's name."""

    templates: tuple[str, ...] = ()
    texts: Mapping[str, tuple[str, ...]] | None = None
    """A class with several texts is their mean; classes without any get the templates."""

    def __post_init__(self) -> None:
        bare = next((template for template in self.templates if "{}" not in template), None)
        if bare is not None:
            raise UserError(f'The template "{bare}" has no place for the class', 'Write {} there: "a sketch of a {}".')

    def prompts(self, name: str) -> list[str]:
        """What the model is shown for a class."""
        own = (self.texts or {}).get(name)
        return list(own) if own else fill(self.templates or (ONE_TEMPLATE,), name)


def fill(templates: Sequence[str], name: str) -> list[str]:
    """The templates with the class in its place; underscores of folder names become spaces."""
    return [template.replace("{}", name.replace("_", " ")) for template in templates]


def read_wording(file: Path) -> dict[str, tuple[str, ...]]:
    """Lines of `class<TAB>wording`, several of one class allowed. UserError for a file or line that is not so."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{file} cannot be read as text", "Write lines of class, a tab, and its wording.") from error
    found: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, text = (part.strip() for part in line.partition("\t"))
        if not name or not text:
            raise UserError(f"{file}, line {number}: no tab between class and wording", "Write: class, a tab, wording.")
        found[name] = (*found.get(name, ()), text)
    if not found:
        raise UserError(f"{file} has no wording", "Write lines of class, a tab, and its wording.")
    return found


def labelled_sets(folder: Path, only: str = "*") -> dict[str, list[Path]]:
    """Folders of classes by the name of their set, both sorted.

    `folder` holds a folder of pictures for each class, or, one level deeper, several such sets (`set/class/picture`):
    then no picture lies directly in the folders of the sets. `only` picks classes by a pattern ("photo_of_*").
    UserError when there are fewer than two classes.
    """
    if not folder.is_dir():
        raise UserError(f"{folder} is not a folder", "Name a folder with one subfolder of pictures for each class.")
    entries = _folders(folder)
    nested = [entry for entry in entries if not has_pictures(entry) and len(_folders(entry)) > 1]
    sets = {entry.name: _folders(entry) for entry in entries} if nested == entries else {folder.name: entries}
    chosen = {name: [entry for entry in inside if fnmatch(entry.name, only)] for name, inside in sets.items()}
    found = {name: inside for name, inside in chosen.items() if len(inside) > 1}
    if not found:
        named = "" if only == "*" else f" like {only}"
        raise UserError(
            f"{folder} has no subfolders for classes{named}", "Put the pictures of each class into a folder."
        )
    return found


def _folders(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith("."))


def class_accuracy(
    encoder: Encoder,
    folder: Path,
    load_pixels: LoadPixels,
    *,
    wording: Wording | None = None,
    only: str = "*",
    threads: int = 2,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Zero-shot accuracy on a folder of classes, or on several sets of them (see `labelled_sets`).

    "top1" and "top5" are those of one template, "per_class" the mean of the classes' own top-1 accuracies (classes
    differ in size); "wordings" has all three for every wording. Several sets: the means over sets, and "sets" in full.
    """
    sets = labelled_sets(folder, only)
    if wording and wording.texts:
        known = {entry.name for classes in sets.values() for entry in classes}
        strange = next((name for name in wording.texts if name not in known), None)
        if strange is not None:
            raise UserError(f"The wording names a class {strange!r} that has no folder in {folder}", "Check its name.")
    total = sum(len(pictures_in(entry)) for classes in sets.values() for entry in classes)
    done = 0
    results: dict[str, dict[str, Any]] = {}
    for name, classes in sets.items():
        tell = _moved(progress, done, total)
        results[name] = _accuracy(encoder, classes, load_pixels, wording, threads, tell)
        done += results[name]["photos"]
    return next(iter(results.values())) if len(results) == 1 else _mean(results, encoder)


def _moved(progress: Progress | None, offset: int, total: int) -> Progress | None:
    return (lambda done, _: progress(offset + done, total)) if progress else None


def _accuracy(
    encoder: Encoder,
    classes: Sequence[Path],
    load_pixels: LoadPixels,
    wording: Wording | None,
    threads: int,
    progress: Progress | None,
) -> dict[str, Any]:
    files = [(file, place) for place, entry in enumerate(classes) for file in pictures_in(entry)]
    photos = embed_files(encoder, [file for file, _ in files], load_pixels, threads=threads, progress=progress)
    truth = np.array([place for _, place in files])
    ways = {_ONE: Wording((ONE_TEMPLATE,)), _ENSEMBLE: Wording(class_templates())}
    if wording:
        # Classes without words of their own keep the ensemble, unless the user brought templates.
        ways[_OWN] = wording if wording.templates else replace(wording, templates=class_templates())
    names = [entry.name for entry in classes]
    measured = {way: _measure(photos, truth, class_vectors(encoder, names, words)) for way, words in ways.items()}
    return {
        **measured[_ONE],
        "photos": len(files),
        "classes": len(classes),
        "model": encoder.info.name,
        "wordings": measured,
    }


def class_vectors(encoder: Encoder, names: Sequence[str], wording: Wording) -> Matrix:
    """One vector for each class, the normalised mean of its prompts: float32 [classes, dim]."""
    prompts = [wording.prompts(name) for name in names]
    encoded = encoder.encode_texts([prompt for group in prompts for prompt in group])
    starts = np.cumsum([0, *(len(group) for group in prompts[:-1])])
    sums = np.add.reduceat(encoded, starts, axis=0)
    return (sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)).astype(np.float32)


def _measure(photos: Matrix, truth: npt.NDArray[np.intp], classes: Matrix) -> dict[str, float]:
    order = np.argsort(-(photos @ classes.T), axis=1, kind="stable")
    right = order[:, 0] == truth
    each = [right[truth == place].mean() for place in np.unique(truth)]
    return {
        "top1": round(float(right.mean()), 4),
        "top5": round(float((order[:, :5] == truth[:, None]).any(1).mean()), 4),
        "per_class": round(float(np.mean(each)), 4),
    }


def _mean(results: Mapping[str, dict[str, Any]], encoder: Encoder) -> dict[str, Any]:
    """Several sets as one: the mean of each figure over sets, every set counting the same."""
    ways: Sequence[str] = list(next(iter(results.values()))["wordings"])
    means = {
        way: {
            figure: round(float(np.mean([result["wordings"][way][figure] for result in results.values()])), 4)
            for figure in ("top1", "top5", "per_class")
        }
        for way in ways
    }
    return {
        **means[_ONE],
        "photos": sum(result["photos"] for result in results.values()),
        "classes": sum(result["classes"] for result in results.values()),
        "model": encoder.info.name,
        "wordings": means,
        "sets": dict(results),
    }


def accuracy_table(result: Mapping[str, Any]) -> str:
    """`class_accuracy`'s outcome as lines of text, every wording side by side."""
    ways: Sequence[str] = list(result["wordings"])
    lines = [
        f"model {result['model']}: {result['photos']} photos, {result['classes']} classes",
        " " * 18 + "".join(f"{way:>26}" for way in ways),
        " " * 18 + "".join(f"{'top-1   top-5  per class':>26}" for _ in ways),
    ]
    sets: Mapping[str, Any] = result.get("sets", {})
    lines += [_row(name, values["wordings"]) for name, values in sets.items()]
    return "\n".join([*lines, _row("mean of sets" if sets else "all", result["wordings"])])


def _row(name: str, wordings: Mapping[str, Mapping[str, float]]) -> str:
    cells = (f"{way['top1']:.3f}   {way['top5']:.3f}      {way['per_class']:.3f}" for way in wordings.values())
    return f"{name[:17]:<18}" + "".join(f"{cell:>26}" for cell in cells)
