"""The list of known models."""

import pytest

from clipdesk.core.errors import ModelError
from clipdesk.models import registry


def test_every_model_the_app_promises_is_there() -> None:
    expected = {
        ("ViT-B-32", "openai"),
        ("ViT-B-32-256", "datacomp_s34b_b86k"),
        ("ViT-B-16-SigLIP2", "webli"),
        ("ViT-B-32-SigLIP2-256", "webli"),
        ("xlm-roberta-base-ViT-B-32", "laion5b_s13b_b90k"),
        ("MobileCLIP2-S0", "dfndr2b"),
        ("MobileCLIP2-S2", "dfndr2b"),
    }
    assert {(card.architecture, card.pretrained) for card in registry.cards() if not card.bundled} == expected
    assert [card.name for card in registry.cards() if card.bundled] == ["pocket"]
    assert [card.name for card in registry.cards() if card.recommended] == ["ViT-B-32-256"]


def test_cards_agree_with_open_clip() -> None:
    from clipdesk.models import torchvision_operators

    torchvision_operators.ensure()
    import open_clip

    for card in registry.cards():
        if card.bundled:
            continue
        config = open_clip.get_model_config(card.architecture)
        weights = open_clip.get_pretrained_cfg(card.architecture, card.pretrained)
        assert config is not None
        assert card.dim == config["embed_dim"]
        assert card.image_size == config["vision_cfg"]["image_size"]
        assert card.hub == weights["hf_hub"].rstrip("/")


def test_names_are_folders_and_licences_have_links() -> None:
    names = [card.name for card in registry.cards()]
    assert len(set(names)) == len(names)
    for card in registry.cards():
        assert card.name.replace("-", "").isalnum()
        assert card.licence_link.startswith("https://")
        assert card.figures is None or card.figures.source.startswith("https://")
        assert card.bundled or card.download == pytest.approx(card.parameters * 4e6, rel=0.02)


def test_research_only_weights_say_so() -> None:
    restricted = {card.name for card in registry.cards() if "research" in card.restriction}
    assert restricted == {card.name for card in registry.cards() if "Apple" in card.licence}
    assert restricted


def test_multilingual_models_read_every_script() -> None:
    assert [card.name for card in registry.multilingual()] == [
        "ViT-B-16-SigLIP2",
        "ViT-B-32-SigLIP2-256",
        "xlm-roberta-base-ViT-B-32",
    ]


def test_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ModelError, match="pocket, ViT-B-32-256"):
        registry.card("ViT-B-33")
