"""The models that clipdesk knows by name: what they are, where they come from, under which licence."""

from dataclasses import dataclass

from clipdesk.core.errors import ModelError


@dataclass(frozen=True, slots=True)
class Figures:
    """Published results of a model, 0..1, with the page they stand on; None where none was published there."""

    source: str
    imagenet: float | None = None
    """Zero-shot top-1 accuracy on ImageNet-1k."""
    coco_text_to_image: float | None = None
    """Recall@5 on MS COCO captions, a text finds its picture."""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A known model; sizes are of image and text tower together."""

    name: str
    title: str
    architecture: str
    pretrained: str
    """open_clip's tag of the weights, "" for clipdesk's own."""
    hub: str
    """Repository on the Hugging Face hub, "" for none."""
    parameters: float
    """Millions."""
    download: int
    """Bytes; 0 for bundled models, and about 4 a parameter for the others."""
    dim: int
    image_size: int
    languages: str
    scripts: tuple[str, ...] | None
    """Scripts that the model learned, as Unicode names them; None for all."""
    licence: str
    licence_link: str
    good_for: str
    restriction: str = ""
    """To be shown, and accepted, before the model is fetched."""
    figures: Figures | None = None
    bundled: bool = False
    recommended: bool = False


_LATIN = ("LATIN",)
_CARDS = (
    ModelCard(
        name="pocket",
        title="Pocket",
        architecture="regnetx_004 + small text transformer",
        pretrained="",
        hub="",
        parameters=20.9,
        download=0,
        dim=384,
        image_size=128,
        languages="English",
        scripts=_LATIN,
        licence="MIT",
        licence_link="https://opensource.org/license/mit",
        good_for="starting at once, old and small computers",
        bundled=True,
    ),
)


def cards() -> tuple[ModelCard, ...]:
    """Every known model, the bundled one first."""
    return _CARDS


def card(name: str) -> ModelCard:
    """The card of a model. Raises ModelError naming the known ones."""
    for known in _CARDS:
        if known.name == name:
            return known
    raise ModelError(f"unknown model {name!r}", f"Known models: {', '.join(known.name for known in _CARDS)}.")
