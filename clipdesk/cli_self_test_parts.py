"""The checks of `clipdesk --self-test`, in the order in which they build on each other."""

import importlib
import json
import multiprocessing
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from clipdesk import __version__
from clipdesk.core import paths
from clipdesk.core.self_test import expect

if TYPE_CHECKING:
    from clipdesk.core.entities import Hit
    from clipdesk.core.messages import Event, Reply, Request
    from clipdesk.worker.process import WorkerHandle

_RESOURCES = (
    "models/pocket/image.onnx",
    "models/pocket/text.onnx",
    "models/pocket/merges.txt",
    "models/pocket/textness.json",
    "vocabulary.txt",
    "templates.toml",
    "background_prompts.txt",
    "fonts/fonts.toml",
    "icons/clipdesk.svg",
    "translations/clipdesk_ja.qm",
)
_LIBRARIES = (
    "numpy",
    "onnxruntime",
    "onnx",
    "tokenizers",
    "ftfy",
    "safetensors",
    "hnswlib",
    "sqlalchemy",
    "alembic.migration",
    "pydantic",
    "tomli_w",
    "rich.console",
    "PIL.Image",
    "pi_heif",
    "rawpy",
    "imagecodecs",
    "defusedxml",
    "watchdog.observers",
    "pebble",
    "pathspec",
    "filelock",
    "xxhash",
    "psutil",
    "huggingface_hub",
)
_DRAWN: dict[str, tuple[str, dict[str, Any]]] = {
    "JPEG": (".jpg", {"quality": 95}),
    "PNG": (".png", {}),
    "GIF": (".gif", {}),
    "BMP": (".bmp", {}),
    "TIFF": (".tiff", {"compression": "tiff_lzw"}),
    "WEBP": (".webp", {"quality": 90}),
    "JPEG2000": (".jp2", {}),
    "PPM": (".ppm", {}),
    "AVIF": (".avif", {"quality": 80}),
}
"""Formats that Pillow writes; the others come as files in `resources/self_test`."""
_RANK = 6.0
"""At which rank of sixteen the drawn pictures must be found in the mean. Guessing comes to 8.5, give or take 1.2;
the bundled model, which knows photos better than drawings, to 4.7."""
_ARCHITECTURE = "ViT-S-32-alt"
"""One of the smallest that open_clip knows."""
_PATIENCE = 180.0


def files_are_there() -> str:
    """What ships with clipdesk is there."""
    missing = [name for name in _RESOURCES if not (paths.resources() / name).is_file()]
    expect(not missing, f"missing: {', '.join(missing)}")
    kind = "bundle" if getattr(sys, "frozen", False) else "Python"
    return f"clipdesk {__version__}, {kind} {platform.python_version()}, {platform.platform()}"


def libraries_load() -> str:
    """Every library that is imported only when it is needed can be imported."""
    failed: list[str] = []
    for name in _LIBRARIES:
        try:
            importlib.import_module(name)
        except Exception as error:
            failed.append(f"{name} ({type(error).__name__}: {error})")
    expect(not failed, "; ".join(failed))
    torch = "with PyTorch" if find_spec("torch") is not None else "without PyTorch"
    return f"{len(_LIBRARIES)} libraries, {torch}"


def draw_pictures(folder: Path) -> str:
    """Sixteen drawn pictures to search for, and one of each format."""
    from clipdesk.search.check_pictures import pictures

    folder.mkdir(parents=True)
    drawn = pictures()
    for wording, picture in drawn:
        picture.save(folder / f"{wording}.png")
    formats = folder / "formats"
    formats.mkdir()
    for kind, (suffix, options) in _DRAWN.items():
        drawn[0][1].resize((192, 192)).save(formats / f"{kind}{suffix}", kind, **options)
    samples = [file for file in (paths.resources() / "self_test").iterdir() if file.suffix != ".md"]
    for file in samples:
        # Not by one name: a RAW is taken for the other half of a picture of the same name.
        shutil.copyfile(file, formats / f"{file.suffix[1:].upper()}{file.suffix}")
    expect({file.suffix for file in samples} == {".heic", ".jxl", ".dng"}, "pictures of some formats are missing")
    return f"{len(drawn)} drawn pictures, {len(_DRAWN) + len(samples)} formats"


class Indexed:
    """A worker over a library of the drawn pictures."""

    def __init__(self, library: Path, pictures: Path) -> None:
        self._library, self._pictures = library, pictures
        self._handle: WorkerHandle | None = None
        self._formats = -1
        self._ids = iter(range(1, 1_000))

    def __enter__(self) -> "Indexed":
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        if self._handle is not None:
            self._handle.stop()

    def start(self) -> str:
        """The worker process starts and opens a new library."""
        from clipdesk.core.messages import Failed, ReadyEvent
        from clipdesk.core.settings import Settings
        from clipdesk.worker import process

        self._handle = process.start(self._library, Settings())
        message = self._next()
        expect(not isinstance(message, Failed), getattr(message, "message", ""))
        expect(isinstance(message, ReadyEvent), "the worker did not get ready")
        return f"process {self._handle.process.pid}"

    def index(self) -> str:
        """The pictures are read by decoder processes, and embedded."""
        from clipdesk.core.messages import IndexReply, IndexRequest

        reply = self._ask(IndexRequest(next(self._ids), (self._pictures,)))
        assert isinstance(reply, IndexReply)
        self._formats = len(list((self._pictures / "formats").iterdir()))
        expect(reply.report.added >= 16, f"only {reply.report.added} pictures were read")
        return f"{reply.report.added} pictures, {reply.report.photos_per_second:.0f} a second"

    def codecs(self) -> str:
        """Every format was decoded."""
        from clipdesk.core.messages import FailuresReply, FailuresRequest, SearchRequest

        reply = self._ask(FailuresRequest(next(self._ids)))
        assert isinstance(reply, FailuresReply)
        failed = [f"{failure.path.name} ({failure.reason})" for failure in reply.failures]
        expect(not failed, "; ".join(failed))
        expect(
            len(self._hits(SearchRequest(next(self._ids), "in:formats", 100))) == self._formats, "some were not read"
        )
        return ", ".join((*_DRAWN, "HEIC", "JPEG XL", "RAW"))

    def search(self) -> str:
        """Words find their pictures, a picture finds itself, tags are suggested."""
        from clipdesk.core.messages import SearchRequest, SimilarRequest, TagsReply, TagsRequest

        wordings = sorted(file.stem for file in self._pictures.glob("*.png"))
        ranks: list[int] = []
        for words in wordings:
            found = _stems(self._hits(SearchRequest(next(self._ids), f"{words} -in:formats", 100)))
            expect(len(found) == len(wordings), f"a search found {len(found)} of {len(wordings)} pictures")
            ranks.append(1 + found.index(words))
        rank = sum(ranks) / len(ranks)
        expect(rank <= _RANK, f"words find their pictures at rank {rank:.1f} of {len(wordings)}: no better than chance")
        picture = self._pictures / f"{wordings[0]}.png"
        expect(
            _stems(self._hits(SimilarRequest(next(self._ids), picture, 1))) == [picture.stem], "no picture was similar"
        )
        tags = self._ask(TagsRequest(next(self._ids), picture))
        expect(isinstance(tags, TagsReply), "no tags were suggested")
        return f"words find their drawn pictures at rank {rank:.1f} of {len(wordings)}"

    def _hits(self, request: "Request") -> "tuple[Hit, ...]":
        from clipdesk.core.messages import SearchReply

        reply = self._ask(request)
        assert isinstance(reply, SearchReply)
        return reply.hits

    def _ask(self, request: "Request") -> "Reply":
        from clipdesk.core.messages import Failed, Reply

        expect(self._handle is not None, "there is no worker")
        assert self._handle is not None
        self._handle.send(request)
        while True:
            message = self._next()
            if isinstance(message, Reply) and message.id in (request.id, 0):
                expect(not isinstance(message, Failed), getattr(message, "message", ""))
                return message

    def _next(self) -> "Reply | Event":
        assert self._handle is not None
        expect(self._handle.connection.poll(_PATIENCE), "the worker does not answer")
        return self._handle.receive()


def _stems(hits: "tuple[Hit, ...]") -> list[str]:
    return [hit.photo.paths[0].stem for hit in hits]


def graph_of_vectors() -> str:
    """The graph of hnswlib runs on this processor and finds what an exact search finds."""
    import numpy as np

    from clipdesk.search.hnsw_index import HnswIndex
    from clipdesk.search.reduced_index import ReducedIndex
    from clipdesk.search.reduction import learn
    from clipdesk.search.vector_index import ExactIndex

    rng = np.random.default_rng(1)
    vectors = rng.standard_normal((3_000, 64)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    exact = ExactIndex(vectors)
    index = HnswIndex.build(ReducedIndex(exact, learn(vectors)))
    same = all(index.search(vector, 1)[0][0] == row for row, vector in enumerate(vectors[:50]))
    expect(same and index.graph_rows == len(vectors), "the graph does not find what is in it")
    return f"{index.graph_rows} vectors in a graph"


def migrations_run() -> str:
    """Every step from the oldest catalogue to the newest one can be made."""
    from clipdesk.catalog import schema
    from clipdesk.catalog.migrations import step_to

    steps = [step_to(version) for version in range(1, schema.SCHEMA_VERSION + 1)]
    expect(all(map(callable, steps)), "a step is missing")
    return f"{len(steps)} steps"


def models_convert() -> str:
    """With PyTorch: a model of open_clip's is made ready for ONNX Runtime."""
    if find_spec("torch") is None:
        return "not here: downloaded models that need PyTorch cannot be converted"
    return _in_child(_convert)


def _convert() -> str:
    import tempfile

    from clipdesk.models.convert import convert
    from clipdesk.models.open_clip_encoder import make_random

    with tempfile.TemporaryDirectory(prefix="clipdesk-model-") as scratch:
        folder = Path(scratch) / _ARCHITECTURE
        make_random(folder, _ARCHITECTURE)
        described = convert(folder)
    return f"{_ARCHITECTURE} converted: {described.dim} numbers a picture"


def qt_parts() -> str:
    """Translations, icons, fonts and Qt's plugins; in another process, since Qt ends the one that lacks a plugin."""
    return _in_child(_examine_qt)


def _examine_qt() -> str:
    from clipdesk.ui.self_test import examine

    return examine()


def window_opens(library: Path, home: Path) -> str:
    """The window opens over the library and shows its photos."""
    measured = home / "window.json"
    start = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "clipdesk"]
    command = [*start, "--library", str(library), "app", "--measure", str(measured)]
    began = time.time()
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=_PATIENCE, env=os.environ.copy()
    )
    last = (done.stderr.strip().splitlines() or [""])[-1]
    expect(done.returncode == 0, f"the window ended with {done.returncode}: {last}")
    expect(measured.is_file(), f"the window showed nothing: {last}")
    told = json.loads(measured.read_text(encoding="utf-8"))
    return f"window after {told['window'] - began:.2f} s, first results after {told['results'] - began:.2f} s"


def _in_child(work: Callable[[], str]) -> str:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work).result(_PATIENCE)
