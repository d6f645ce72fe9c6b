"""Changing over to another model: photos are embedded in the background, and the old model answers until all are.

Which model is wanted is remembered in the library, so that the change goes on after a restart. Other runs (new photos,
a folder that is removed) never wait for it: it gives way to them after a batch.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from clipdesk.core.entities import Progress
from clipdesk.core.errors import CancelledError
from clipdesk.core.messages import Done, ProgressEvent, Reply, Request, UseModelRequest
from clipdesk.indexing.control import RunControl
from clipdesk.indexing.throttle import Throttle
from clipdesk.worker.resources import Resources

_log = logging.getLogger(__name__)
_WANTED = "wanted model"


@dataclass(frozen=True, slots=True)
class RememberRequest(Request):
    """Remember that this model is wanted, or no longer (`on` False); from the service to itself."""

    name: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class Unfinished(Reply):
    """The change has given way to other runs and goes on after them; never sent."""


class SwitchControl(RunControl):
    """Ends a slice of the change when other runs wait, at the earliest after one batch."""

    def __init__(self, throttle: Throttle, others_wait: Callable[[], bool]) -> None:
        super().__init__(throttle)
        self._others_wait = others_wait
        self.got_on = False

    def checkpoint(self) -> None:
        """See `RunControl`."""
        super().checkpoint()
        if self.got_on and self._others_wait():
            raise CancelledError


def use_model(resources: Resources, request: UseModelRequest, control: RunControl) -> Done | Unfinished:
    """Embed what another model has not seen, while the present one answers; then change over and remember it.

    Raises ModelError for a model that cannot be used, CancelledError.
    """
    from clipdesk.core import settings as stored

    chosen = resources.settings.model_copy(update={"model": request.name})
    encoder = resources.hooks.load_encoder(chosen)
    remember(resources, RememberRequest(0, request.name))
    other = resources.with_model(chosen, encoder)
    try:
        finished = not resources.library.writer or _embed(other, request.id, control)
        if finished:
            resources.change_over(other)
    except BaseException:
        encoder.close()
        raise
    if not finished:
        encoder.close()
        if control.cancelled:
            raise CancelledError
        return Unfinished(request.id)
    stored.save(stored.load().model_copy(update={"model": request.name}))
    return Done(request.id)


def _embed(other: Resources, request_id: int, control: RunControl) -> bool:
    """Embed what is missing; False when it was cancelled or gave way."""
    from clipdesk.indexing.pipeline import Wish
    from clipdesk.worker.handlers_index import run

    def tell(progress: Progress) -> None:
        if isinstance(control, SwitchControl):
            control.got_on |= progress.done > 0
        other.emit(ProgressEvent(request_id, progress, other.settings.model))

    return not run(other, request_id, Wish(changed=()), control, tell).cancelled


def remember(resources: Resources, request: RememberRequest) -> Done:
    """Remember which model is wanted."""
    state = resources.library.catalog.state
    if resources.library.writer and (request.on or state.get(_WANTED) == request.name):
        state.set(_WANTED, request.name if request.on else None)
    return Done(request.id)


def wanted(resources: Resources) -> str:
    """The model that photos are being embedded for, "" for none; not the one that answers."""
    name = resources.library.catalog.state.get(_WANTED)
    return name if isinstance(name, str) and name != resources.settings.model else ""


def begin(resources: Resources) -> None:
    """Answer with the model that knows most of this library, and want the one of the settings, where they differ.

    So it is in a library that was left when the model was chosen for another one, or by the command line.
    """
    from clipdesk.models import files, loader

    chosen, catalog = resources.settings.model, resources.library.catalog
    keys = set(catalog.embeddings.model_keys())
    if not keys or (loader.is_installed(chosen) and keys == {loader.encoder_key(chosen)}):
        return  # as a rule; and no other model's files are looked at
    usable = [name for name in loader.installed() if not files.distrust(loader.model_folder(name))]
    known = {name: loader.encoder_key(name) for name in usable}
    counts = catalog.embeddings.models()
    embedded = {name: counts.get(key, 0) for name, key in known.items()}
    best = max(embedded, key=lambda name: embedded[name], default=chosen)
    if best == chosen or 2 * embedded.get(chosen, 0) >= embedded[best]:
        return
    _log.info("this library answers with another model until it knows the chosen one")
    resources.settings = resources.settings.model_copy(update={"model": best})
    if chosen in known:
        remember(resources, RememberRequest(0, chosen))
