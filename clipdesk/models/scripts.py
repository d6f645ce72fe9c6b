"""Which writing systems a text uses, to tell a query that a model never learned to read."""

import unicodedata
from collections.abc import Collection


def unknown_share(text: str, known: Collection[str] | None) -> float:
    """Share (0..1) of the letters of `text` outside the `known` scripts; None knows all of them.

    Scripts are named as in the Unicode names of letters ("LATIN", "CYRILLIC", "HIRAGANA"). Accents, full-width and
    styled forms count as the letter they stand for (NFKC). Emoji count as letters of a script that only models for
    every script have learned; digits and signs are no letters. 0 without letters.
    """
    if known is None or text.isascii():
        return 0.0
    letters = [letter for letter in unicodedata.normalize("NFKC", text) if letter.isalpha() or _is_emoji(letter)]
    if not letters:
        return 0.0
    unknown = sum(unicodedata.name(letter, "").split(" ", 1)[0] not in known for letter in letters)
    return unknown / len(letters)


def _is_emoji(letter: str) -> bool:
    """True for pictographs and dingbats, which come without text around them."""
    return ("\u2600" <= letter <= "\u27bf" or letter >= "\U0001f000") and unicodedata.category(letter) == "So"
