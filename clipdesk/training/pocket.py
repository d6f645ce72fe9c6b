"""The steps that make the pocket model, each resumable: `python -m clipdesk.training.pocket STEP WORKSPACE [options]`.

    gather    unpack the training pictures
    texts     training texts, their sentence vectors, the vocabulary
    passes    random crops and what the teachers see in them; more passes at any time
    head      the aligned teacher
    words     pictures with written words
    measures  dev photos and held-out labelled pictures at the student's size
    image     train the image tower (--limit seconds; --cool ends at rate zero)
    text      train the text tower (the same)
    refit     fit the cooled image tower's projection again, on all captions and labels
    assemble  the model's folder out of both
    textness  the direction of written words, into the assembled folder

Needs the packages of the extra "training" (LiteRT, a sentence encoder). PyTorch runs on `--threads` threads.
"""

import argparse
import io
import json
import logging
import sys
import tarfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from clipdesk.training import (
    pocket_crops,
    pocket_folder,
    pocket_head,
    pocket_image,
    pocket_refit,
    pocket_text,
    pocket_textness,
    pocket_texts,
    pocket_words,
)
from clipdesk.training.pocket_store import DEV, Workspace, gather, middles, read_captions

SIZE = 128


def _passes(options: argparse.Namespace) -> object:
    space = Workspace(options.workspace)
    missing = [number for number in range(options.count) if not space.path(f"maps_{number}.done").is_file()]
    return {number: pocket_crops.make_pass(space, options.teachers, number, SIZE) for number in missing}


def _texts(options: argparse.Namespace) -> object:
    lines = (options.teachers / "imagenet_labels.txt").read_text(encoding="utf-8").splitlines()
    names = [line.strip().split(" ", 1)[-1] if line[:1].isdigit() else line.strip() for line in lines]
    return pocket_texts.make_texts(Workspace(options.workspace), options.photos, names, options.wordnet)


def _words(options: argparse.Namespace) -> object:
    space = Workspace(options.workspace)
    encoder = pocket_texts.SentenceEncoder()
    parts = [np.asarray(space.array(name)[::9], np.float32) for name in ("caps", "texts", "names")]
    return pocket_words.prepare(space, encoder, np.concatenate(parts))


def _measures(options: argparse.Namespace) -> object:
    space = Workspace(options.workspace)
    names = list(dict.fromkeys(image for image, _ in read_captions(options.photos / f"{DEV}.csv")))
    with tarfile.open(options.photos / f"{DEV}.tar") as tar:
        found = {m.name: f.read() for m in tar if (f := tar.extractfile(m) if m.isfile() else None) is not None}
    dev = [Image.open(io.BytesIO(found[name])).convert("RGB") for name in names]
    nets = [pocket_crops.MobileNet(options.teachers, file) for file in pocket_crops.TEACHERS]
    rng = np.random.default_rng(0)
    seen = [[net(np.asarray(pocket_crops.crop(rng, photo, plain=True))) for net in nets] for photo in dev]
    np.savez(
        space.path("dev.npz"),
        feats=np.stack([np.concatenate([pooled for pooled, _ in both]) for both in seen]).astype(np.float16),
        probs=np.stack([np.mean([chance for _, chance in both], axis=0) for both in seen]).astype(np.float16),
    )
    np.save(
        space.path("dev_tok.npy"),
        pocket_texts.tokens(space.folder, json.loads(space.path("devcaps.json").read_text("utf-8"))),
    )
    np.save(space.path(f"dev{SIZE}.npy"), middles(dev, SIZE))
    np.save(space.path(f"val{SIZE}.npy"), middles([space.image(int(place)) for place in space.val], SIZE))
    return len(dev)


def _image(options: argparse.Namespace) -> object:
    start = options.start / "open_clip_model.safetensors" if options.start else None
    run = pocket_image.Run(options.limit, options.cool, start=start, frozen=not options.whole)
    return pocket_image.train_image(Workspace(options.workspace), options.photos, run)


def _text(options: argparse.Namespace) -> object:
    run = pocket_text.Run(options.limit, options.cool, start=options.start)
    return pocket_text.train_text(Workspace(options.workspace), options.photos, run)


def _refit(options: argparse.Namespace) -> object:
    folder: Path = options.workspace / "checkpoints"
    files = folder / "image_cooled.pt", folder / "image_refit.pt"
    return pocket_refit.refit(Workspace(options.workspace), options.photos, *files)


def _assemble(options: argparse.Namespace) -> object:
    folder: Path = options.workspace / "checkpoints"
    refitted, text = folder / "image_refit.pt", folder / "text_cooled.pt"
    image = refitted if refitted.is_file() else folder / "image_cooled.pt"
    return pocket_folder.assemble(image, text, options.workspace / pocket_texts.MERGES, options.out, SIZE)


STEPS: dict[str, Callable[[argparse.Namespace], object]] = {
    "gather": lambda options: gather(options.photos, options.workspace),
    "texts": _texts,
    "passes": _passes,
    "head": lambda options: pocket_head.train_head(Workspace(options.workspace), options.photos),
    "words": _words,
    "measures": _measures,
    "image": _image,
    "text": _text,
    "refit": _refit,
    "assemble": _assemble,
    "textness": lambda options: pocket_textness.learn(Workspace(options.workspace), options.out),
}


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m clipdesk.training.pocket", description="Make the pocket model.")
    made.add_argument("step", choices=STEPS)
    made.add_argument("workspace", type=Path, help="folder that keeps everything between steps")
    made.add_argument("--photos", type=Path, default=Path("photos"), help="folder with the photo archives")
    made.add_argument("--teachers", type=Path, default=Path("teachers"), help="folder with the teachers' files")
    made.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"), help="WordNet's dict folder")
    made.add_argument("--start", type=Path, help="an earlier model's folder to begin with")
    made.add_argument("--whole", action="store_true", help="train the first layers too")
    made.add_argument("--limit", type=float, default=3600.0, help="seconds of this piece of training")
    made.add_argument("--cool", action="store_true", help="lower the rate to zero, for a model to use")
    made.add_argument("--count", type=int, default=5, help="passes over the pictures to have")
    made.add_argument("--threads", type=int, default=2)
    made.add_argument("--out", type=Path, default=Path("pocket"), help="the model's folder to write")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one step and print what it says."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    options = parser().parse_args(arguments)
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    done: Any = STEPS[options.step](options)
    sys.stdout.write(json.dumps(done) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
