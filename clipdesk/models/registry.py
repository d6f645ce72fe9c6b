"""The models that clipdesk knows by name: what they are, where they come from, under which licence."""

from dataclasses import dataclass

from clipdesk.core.errors import ModelError


@dataclass(frozen=True, slots=True)
class Figures:
    """Published results of a model, 0..1, with the page they stand on; None where that page has none."""

    source: str
    imagenet: float | None = None
    """Zero-shot top-1 accuracy on ImageNet-1k."""
    coco: float | None = None
    """Text-to-image recall@1 on MS COCO's 5,000 test photos."""


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
    """Bytes to fetch, about: 4 for each parameter. 0 for bundled models."""
    dim: int
    image_size: int
    image_gflop: float
    """Arithmetic of the image tower for one picture, as open_clip counts it (docs/model_profile.csv: two for each
    multiplication and addition); for models that are not in that table, counted in the same way."""
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
_MIT = "https://opensource.org/license/mit"
_APACHE = "https://www.apache.org/licenses/LICENSE-2.0"
_RESEARCH = "Apple's weights are for research only: not for products or commercial use."
_OPEN_CLIP = "https://github.com/mlfoundations/open_clip/blob/main/docs/openclip_retrieval_results.csv"
_SIGLIP2 = (
    "https://github.com/google-research/big_vision/blob/main/big_vision/configs/proj/image_text/README_siglip2.md"
)
_MOBILECLIP2 = "https://huggingface.co/apple/MobileCLIP2-B/blob/main/README.md"

_CARDS = (
    ModelCard(
        name="pocket",
        title="Pocket",
        architecture="RegNetX-400MF and a small text transformer",
        pretrained="",
        hub="",
        parameters=11.4,
        download=0,
        dim=384,
        image_size=128,
        image_gflop=0.27,
        languages="English",
        scripts=_LATIN,
        licence="MIT",
        licence_link=_MIT,
        good_for="a first look with nothing to download; old and small computers",
        bundled=True,
    ),
    ModelCard(
        name="ViT-B-32-256",
        title="ViT-B/32 256 px, DataComp",
        architecture="ViT-B-32-256",
        pretrained="datacomp_s34b_b86k",
        hub="laion/CLIP-ViT-B-32-256x256-DataComp-s34B-b86K",
        parameters=151.3,
        download=605_000_000,
        dim=512,
        image_size=256,
        image_gflop=11.5,
        languages="English",
        scripts=_LATIN,
        licence="MIT",
        licence_link=_MIT,
        good_for="most people: strong in English and quick on any computer",
        figures=Figures(_OPEN_CLIP, imagenet=0.7281, coco=0.3993),
        recommended=True,
    ),
    ModelCard(
        name="ViT-B-32-openai",
        title="ViT-B/32, OpenAI's original CLIP",
        architecture="ViT-B-32",
        pretrained="openai",
        hub="timm/vit_base_patch32_clip_224.openai",
        parameters=151.3,
        download=605_000_000,
        dim=512,
        image_size=224,
        image_gflop=8.82,
        languages="English",
        scripts=_LATIN,
        licence="MIT",
        licence_link="https://github.com/openai/CLIP/blob/main/LICENSE",
        good_for="comparing with other programs, most of which use it",
        figures=Figures(_OPEN_CLIP, imagenet=0.6332, coco=0.3044),
    ),
    ModelCard(
        name="ViT-B-16-SigLIP2",
        title="SigLIP 2 B/16",
        architecture="ViT-B-16-SigLIP2",
        pretrained="webli",
        hub="timm/ViT-B-16-SigLIP2",
        parameters=375.2,
        download=1_501_000_000,
        dim=768,
        image_size=224,
        image_gflop=35.42,
        languages="over 100 languages",
        scripts=None,
        licence="Apache-2.0",
        licence_link=_APACHE,
        good_for="the best results, in any language; slower and larger",
        figures=Figures(_SIGLIP2, imagenet=0.782, coco=0.521),
    ),
    ModelCard(
        name="ViT-B-32-SigLIP2-256",
        title="SigLIP 2 B/32 256 px",
        architecture="ViT-B-32-SigLIP2-256",
        pretrained="webli",
        hub="timm/ViT-B-32-SigLIP2-256",
        parameters=376.9,
        download=1_507_000_000,
        dim=768,
        image_size=256,
        image_gflop=11.5,
        languages="over 100 languages",
        scripts=None,
        licence="Apache-2.0",
        licence_link=_APACHE,
        good_for="any language, with pictures read about as quickly as ViT-B/32",
        figures=Figures(_SIGLIP2, imagenet=0.740, coco=0.472),
    ),
    ModelCard(
        name="xlm-roberta-base-ViT-B-32",
        title="ViT-B/32 with XLM-RoBERTa, LAION-5B",
        architecture="xlm-roberta-base-ViT-B-32",
        pretrained="laion5b_s13b_b90k",
        hub="laion/CLIP-ViT-B-32-xlm-roberta-base-laion5B-s13B-b90k",
        parameters=366.1,
        download=1_464_000_000,
        dim=512,
        image_size=224,
        image_gflop=8.82,
        languages="about 100 languages",
        scripts=None,
        licence="MIT",
        licence_link=_MIT,
        good_for="many languages; SigLIP 2 is newer and usually better",
        figures=Figures(_OPEN_CLIP, imagenet=0.6236, coco=0.3778),
    ),
    ModelCard(
        name="MobileCLIP2-S0",
        title="MobileCLIP2 S0",
        architecture="MobileCLIP2-S0",
        pretrained="dfndr2b",
        hub="timm/MobileCLIP2-S0-OpenCLIP",
        parameters=74.8,
        download=299_000_000,
        dim=512,
        image_size=256,
        image_gflop=4.8,
        languages="English",
        scripts=_LATIN,
        licence="Apple AMLR",
        licence_link="https://huggingface.co/apple/MobileCLIP2-S0/blob/main/LICENSE",
        good_for="small computers, for research",
        restriction=_RESEARCH,
        figures=Figures(_MOBILECLIP2, imagenet=0.715),
    ),
    ModelCard(
        name="MobileCLIP2-S2",
        title="MobileCLIP2 S2",
        architecture="MobileCLIP2-S2",
        pretrained="dfndr2b",
        hub="timm/MobileCLIP2-S2-OpenCLIP",
        parameters=99.2,
        download=397_000_000,
        dim=512,
        image_size=256,
        image_gflop=15.6,
        languages="English",
        scripts=_LATIN,
        licence="Apple AMLR",
        licence_link="https://huggingface.co/apple/MobileCLIP2-S2/blob/main/LICENSE",
        good_for="strong in English for its size, for research",
        restriction=_RESEARCH,
        figures=Figures(_MOBILECLIP2, imagenet=0.772),
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
    names = ", ".join(known.name for known in _CARDS)
    own = "one of your own: clipdesk models install NAME --from FOLDER"
    raise ModelError(f"Unknown model {name!r}", f"Known models: {names}; {own}")


def multilingual() -> tuple[ModelCard, ...]:
    """The known models that read every script, for a query that the model in use cannot read."""
    return tuple(known for known in _CARDS if known.scripts is None)
