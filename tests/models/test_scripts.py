"""Which share of a query's letters a model never learned."""

import pytest

from clipdesk.models.scripts import unknown_share

LATIN = ("LATIN",)


@pytest.mark.parametrize(
    "text",
    ["", "a dog", "café Zürich Łódź Ængström", "cafe\u0301", "123 !? © ½ →", "ﬁsh Ｆｕｌｌ 𝓐𝓑 ª", "ſtraße"],
)
def test_latin_with_accents_signs_and_styles_is_known(text: str) -> None:
    assert unknown_share(text, LATIN) == 0


@pytest.mark.parametrize(
    "text", ["犬", "日本語の写真", "кошка", "γάτα", "قطة", "고양이", "חתול", "बिल्ली", "😀", "❤️ 🎉"]
)
def test_other_scripts_are_unknown_to_an_english_model(text: str) -> None:
    assert unknown_share(text, LATIN) == 1
    assert unknown_share(text, None) == 0


def test_mixed_text_counts_letters() -> None:
    assert unknown_share("dog 犬", LATIN) == pytest.approx(1 / 4)
    assert unknown_share("кот cat", ("LATIN", "CYRILLIC")) == 0
