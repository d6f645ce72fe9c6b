"""What the requests of one service share: the library, the encoder, the search engine, each made when first needed."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from clipdesk.catalog.library import CATALOG_FILE, Library
from clipdesk.core.entities import ImageSpec, Pixels
from clipdesk.core.errors import LibraryBusyError, LibraryError, LibraryMissingError, UserError
from clipdesk.core.messages import Event, Reply
from clipdesk.core.settings import Settings
from clipdesk.indexing.control import RunControl
from clipdesk.models.encoder import Encoder
from clipdesk.worker import encoders
from clipdesk.worker.encoders import LoadEncoder

if TYPE_CHECKING:
    from clipdesk.indexing.decoder import DecodeTask, Prepared
    from clipdesk.indexing.lone_pictures import LonePictures
    from clipdesk.search.engine import SearchEngine
    from clipdesk.worker.sidecar_thread import SidecarThread

_log = logging.getLogger(__name__)
_Kept = TypeVar("_Kept")


@dataclass(frozen=True, slots=True)
class Hooks:
    """What tests replace, to make encoders and decoders fail as real ones do. Must pickle."""

    load_encoder: LoadEncoder = encoders.load
    prepare: "Callable[[DecodeTask], Prepared] | None" = None


@dataclass(slots=True)
class Resources:
    """Owned by the service. `answering` is held by whoever uses the engine, `indexing` by whoever indexes."""

    library: Library
    settings: Settings
    emit: Callable[[Reply | Event], None]
    hooks: Hooks = field(default_factory=Hooks)
    answering: threading.RLock = field(default_factory=threading.RLock)
    indexing: threading.Lock = field(default_factory=threading.Lock)
    changed: bool = False
    """True when a run has changed the library: then `close` prepares the next first search."""
    refused: LibraryError | None = None
    """Why the library was not opened for writing, when it was tried."""
    _making: threading.Lock = field(default_factory=threading.Lock)
    _kept: dict[type, Any] = field(default_factory=dict[type, Any])
    _encoder: Encoder | None = None
    _engine: "SearchEngine | None" = None
    _sidecars: "SidecarThread | None" = None
    _pictures: "list[LonePictures]" = field(default_factory=list["LonePictures"])
    """The one that decodes pictures of queries, once there was one; shared with what `with_model` makes."""

    def require_writer(self) -> None:
        """Raise LibraryError when this process may only read, or the library is gone."""
        self.require_library()
        if self.refused is not None:
            raise self.refused
        if not self.library.writer:
            raise LibraryBusyError(
                f"The library {self.library.folder} can only be read here: another clipdesk has it.",
                "Close the other one, or do this there.",
            )

    def require_library(self) -> None:
        """Where open files can be deleted, nothing else tells: what is written would be lost."""
        if not (self.library.folder / CATALOG_FILE).exists():
            raise LibraryMissingError(
                f"The library {self.library.folder} is no longer there", "Connect its drive, or begin anew"
            )

    def encoder(self) -> Encoder:
        """The encoder; loaded once. Safe from any thread."""
        with self._making:
            if self._encoder is None:
                self._encoder = self.hooks.load_encoder(self.settings)
            return self._encoder

    def kept(self, kind: type[_Kept]) -> _Kept:
        """The one `kind()` of this service, made when first asked for."""
        with self._making:
            made: Any = self._kept.setdefault(kind, None)
            if made is None:
                made = self._kept[kind] = kind()
            return made

    def give_way(self, control: RunControl) -> None:
        """Between two slices of long work: end it when it was cancelled, let whoever uses the engine go first."""
        control.checkpoint()
        with self.answering:
            pass

    def model_key(self) -> str:
        """The key of the model's embeddings; loads nothing."""
        from clipdesk.models.loader import encoder_key

        return self._encoder.info.key if self._encoder is not None else encoder_key(self.settings.model)

    def model_folder(self) -> Path:
        """Where the model lies."""
        from clipdesk.models.loader import model_folder

        return model_folder(self.settings.model)

    def engine(self) -> "SearchEngine":
        """The search engine, up to date with the catalogue. Hold `answering`. Raises LibraryMissingError."""
        self.require_library()
        if self._engine is None:
            from clipdesk.search.engine import SearchEngine

            self._engine = SearchEngine(
                self.library.catalog,
                self.library.index_folder,
                self.encoder,
                write=self.library.writer,
                load_pixels=self._load_pixels,
                model_key=self.model_key(),
            )
        self._engine.refresh()
        return self._engine

    def drop_engine(self) -> None:
        """Let go of the search engine and its files; the next question makes another. Hold `answering`."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def sidecars(self) -> "SidecarThread":
        """What writes XMP sidecars."""
        from clipdesk.worker.sidecar_thread import SidecarThread

        with self._making:
            self._sidecars = self._sidecars or SidecarThread(self.library.catalog, self.emit)
            return self._sidecars

    def with_model(self, settings: Settings, encoder: Encoder) -> "Resources":
        """The same library under another model, to embed for it."""
        return replace(self, settings=settings, _encoder=encoder, _engine=None)

    def change_over(self, other: "Resources") -> None:
        """Answer with the model of `other` from now on; its search engine is made ready first."""
        other._prepare()
        with self.answering, self._making:
            before, self._encoder = self._encoder, other._encoder
            self.settings = self.settings.model_copy(update={"model": other.settings.model})
            self.drop_engine()
            self._engine = other._engine
        if before is not None:
            before.close()

    def _load_pixels(self, path: Path, spec: ImageSpec) -> Pixels:
        # The decoder's libraries are loaded for a query with a picture only.
        from clipdesk.indexing.lone_pictures import LonePictures

        with self._making:
            if not self._pictures:
                self._pictures.append(LonePictures())
        return self._pictures[0].load(path, spec)

    def close(self) -> None:
        """Close everything that was made, the library last. Raises LibraryError for one that proves to be damaged."""
        try:
            if self._sidecars is not None:
                self._sidecars.close()
            for pictures in self._pictures:
                pictures.close()
            with self.answering:
                self._close_engine()
            with self._making:
                if self._encoder is not None:
                    self._encoder.close()
                    self._encoder = None
        finally:
            self.library.close()

    def _close_engine(self) -> None:
        try:
            if self.changed and self.library.writer:
                self._prepare()
        finally:
            if self._engine is not None:
                self._engine.close()
                self._engine = None

    def _prepare(self) -> None:
        """Make what the next first search would have to make; all of it can be made later as well."""
        try:
            self.engine().prepare()
        except LibraryError:
            raise
        except UserError as error:
            _log.warning("search was not prepared (%s)", type(error).__name__)
