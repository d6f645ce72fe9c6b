"""Models to choose from: what is here, installing and removing, how long one would take for this library."""

import re
import threading
import time
from typing import TYPE_CHECKING

from clipdesk.core.errors import ModelError
from clipdesk.core.install_messages import (
    InstalledReply,
    InstallModelRequest,
    InstallPhase,
    InstallProgressEvent,
    ModelsReply,
    ModelsRequest,
    ModelState,
    RemoveModelRequest,
)
from clipdesk.core.messages import Done
from clipdesk.worker import switching
from clipdesk.worker.resources import Resources

if TYPE_CHECKING:
    from clipdesk.indexing.control import RunControl
    from clipdesk.models.registry import ModelCard

_INTERVAL = 0.1
"""Seconds between two messages."""
_ROW_BYTES = 40
"""What an embedding takes in the catalogue beside its numbers, about."""


class Installing:
    """Which models are being installed; one of these for a service."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names: set[str] = set()

    def begin(self, name: str) -> None:
        """An installation begins."""
        with self._lock:
            self._names.add(name)

    def end(self, name: str) -> None:
        """It has ended."""
        with self._lock:
            self._names.discard(name)

    def __contains__(self, name: str) -> bool:
        with self._lock:
            return name in self._names


def models(resources: Resources, request: ModelsRequest) -> ModelsReply:
    """Known and installed models; nothing is loaded."""
    from clipdesk.models import loader, registry

    installed, catalog = loader.installed(), resources.library.catalog
    cards = {card.name: card for card in registry.cards()}
    counts = catalog.embeddings.models()
    names = dict.fromkeys((*installed, *cards))
    states = tuple(_state(name, cards.get(name), name in installed, resources, counts) for name in names)
    return ModelsReply(request.id, states, switching.wanted(resources), catalog.photos.count())


def _state(name: str, card: "ModelCard | None", here: bool, resources: Resources, counts: dict[str, int]) -> ModelState:
    from clipdesk.models import files, loader
    from clipdesk.worker import model_install

    folder = loader.model_folder(name) if here else None
    embedded = counts.get(loader.encoder_key(name), 0) if here else 0
    dim = card.dim if card else files.describe(folder).dim if folder and files.is_converted(folder) else 0
    figures = card.figures if card else None
    return ModelState(
        name,
        title=card.title if card else name,
        licence=card.licence if card else "",
        bytes=files.size_of(folder) if folder else card.download if card else 0,
        languages=card.languages if card else "",
        installed=here,
        in_use=name == resources.settings.model,
        known=card is not None,
        bundled=card.bundled if card else False,
        recommended=card.recommended if card else False,
        good_for=card.good_for if card else "",
        restriction=card.restriction if card else "",
        licence_link=card.licence_link if card else "",
        imagenet=figures.imagenet if figures else None,
        coco=figures.coco if figures else None,
        figures_source=figures.source if figures else "",
        by_hand=model_install.by_hand(card) if card and card.hub else "",
        problem=files.distrust(folder) if folder else "",
        partial=0 if here else model_install.partial_bytes(name),
        photos=embedded,
        embeddings_bytes=embedded * (2 * dim + _ROW_BYTES),
    )


def install(resources: Resources, request: InstallModelRequest, control: "RunControl") -> InstalledReply:
    """Install a model. Raises ModelError and CancelledError, see `model_install.install`."""
    from clipdesk.worker import model_install

    last: list[tuple[InstallPhase, float]] = []

    def tell(phase: InstallPhase, done: int, total: int) -> None:
        now = time.monotonic()
        if not last or last[-1][0] != phase or now - last[-1][1] >= _INTERVAL or (total and done == total):
            last[:] = [(phase, now)]
            resources.emit(InstallProgressEvent(request.id, request.name, phase, done, total))

    installing = resources.kept(Installing)
    installing.begin(request.name)
    try:
        found = model_install.install(
            request.name,
            request.source,
            accepted=request.accepted,
            tell=tell,
            cancelled=lambda: control.cancelled,
            library=resources.library.folder,
        )
    finally:
        installing.end(request.name)
    if not resources.indexing.locked():
        model_install.keep_speed(request.name, found)
    return InstalledReply(request.id, request.name, found.found, found.problem)


def remove(resources: Resources, request: RemoveModelRequest, control: "RunControl") -> Done:
    """Delete a model's files and its embeddings; of a bundled one the embeddings alone.

    Raises ModelError for a model that is in use, wanted or being installed.
    """
    from clipdesk.models import loader, registry
    from clipdesk.worker import model_install

    name = request.name
    control.checkpoint()
    if name == resources.settings.model:
        raise ModelError(f"The model {name} is in use", "Choose another one first.")
    if name == switching.wanted(resources):
        raise ModelError(f"Photos are being read for the model {name}", "Stay with the old one first.")
    if name in resources.kept(Installing):
        raise ModelError(f"The model {name} is being installed", "Cancel that first.")
    resources.require_writer()
    catalog = resources.library.catalog
    kept = {loader.encoder_key(one) for one in loader.installed() if one != name}
    keys = [key for key in catalog.embeddings.model_keys() if key not in kept and re.fullmatch(_keys_of(name), key)]
    bundled = any(card.bundled and card.name == name for card in registry.cards())
    if not bundled and (not keys or loader.is_installed(name) or model_install.partial_bytes(name)):
        model_install.remove(name)
    for key in keys:
        catalog.embeddings.remove(key)
        catalog.state.set(f"textness measured/{key}", None)
    return Done(request.id)


def _keys_of(name: str) -> str:
    """Model keys that belong to a name, whatever its weights were: see `files.key_of`."""
    return f"{re.escape(name)}-[0-9a-f]{{16}}"
