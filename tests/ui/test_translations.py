"""Every text of the window is translated, by what is in the files that the window loads."""

import ast
import importlib.util
import re
import shutil
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtGui import QRawFont
from pytestqt.qtbot import QtBot

from clipdesk.core.paths import resources

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = resources() / "translations"
COMPLETE = ("ja", "zh_CN")


@dataclass(frozen=True)
class Text:
    """One text of the window and its translation: one form, or one for each number that the language tells apart."""

    context: str
    source: str
    comment: str
    forms: tuple[str, ...]
    finished: bool

    @property
    def key(self) -> tuple[str, str, str]:
        return self.context, self.source, self.comment


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translate", ROOT / "packaging" / "translate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def texts(folder: Path, language: str) -> list[Text]:
    found: list[Text] = []
    for context in ET.parse(folder / f"clipdesk_{language}.ts").getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            forms = [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]
            found.append(
                Text(
                    context.findtext("name", ""),
                    message.findtext("source", ""),
                    message.findtext("comment", ""),
                    tuple(forms),
                    translation.get("type") is None,
                )
            )
    return found


def written() -> set[tuple[str, str]]:
    """Class (or named context) and text of all that the window translates, read by Python itself."""
    found: set[tuple[str, str]] = set()
    looked_up: set[str] = set()

    def visit(node: ast.AST, owner: str) -> None:
        if isinstance(node, ast.ClassDef):
            owner = node.name
        if isinstance(node, ast.Call) and node.args:
            owner_of = getattr(getattr(node.func, "value", None), "id", "")
            name = getattr(node.func, "id", "") or (node.func.attr if isinstance(node.func, ast.Attribute) else "")
            if name == "translate" and isinstance(node.func, ast.Attribute) and owner_of != "QCoreApplication":
                name = ""
            strings = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            if name == "tr":
                assert strings, f"{owner}: tr() takes a literal string, or nobody can translate it"
                found.add((owner, str(strings[0])))
            elif name in ("translate", "QT_TRANSLATE_NOOP") and len(strings) > 1:
                found.add((str(strings[0]), str(strings[1])))
            elif name == "translate":
                looked_up.add(str(strings[0]))
        for child in ast.iter_child_nodes(node):
            visit(child, owner)

    for path in (ROOT / "clipdesk" / "ui").rglob("*.py"):
        visit(ast.parse(path.read_text(encoding="utf-8")), "")
    assert looked_up <= {context for context, _ in found}, "texts that are looked up need to be listed somewhere"
    return found


def test_what_is_written_is_what_is_collected() -> None:
    assert written() == {(text.context, text.source) for text in texts(TRANSLATIONS, "ja")}


def test_files_are_up_to_date(tool: ModuleType, tmp_path: Path) -> None:
    for language in tool.LANGUAGES:
        shutil.copy(TRANSLATIONS / f"clipdesk_{language}.ts", tmp_path)
    tool.collect(tmp_path)
    for language in tool.LANGUAGES:
        now, before = (Counter(text.key for text in texts(folder, language)) for folder in (tmp_path, TRANSLATIONS))
        assert now == before, "run packaging/translate.py, and translate what is new"


@pytest.mark.parametrize("language", ["en", *COMPLETE])
def test_nothing_is_missing(language: str) -> None:
    found = texts(TRANSLATIONS, language)
    assert found
    assert [text.key for text in found if not text.finished or not all(form.strip() for form in text.forms)] == []


@pytest.mark.parametrize("language", ["en", *COMPLETE])
def test_values_and_markup_are_kept(language: str) -> None:
    for text in texts(TRANSLATIONS, language):
        for form in text.forms:
            for pattern in (r"\{[^}]*\}", r"</?\w+[^>]*>"):
                wanted, got = (sorted(re.findall(pattern, one)) for one in (text.source, form))
                assert got == wanted, f"{text.source!r} -> {form!r}"
            wanted, got = (re.findall("%L?n", one) for one in (text.source, form))
            assert got == wanted, f"{text.source!r} -> {form!r}"


@pytest.mark.parametrize("language", ["en", *COMPLETE])
def test_compiled_files_hold_every_translation(language: str, qtbot: QtBot) -> None:
    translator = QTranslator()
    assert translator.load(str(TRANSLATIONS / f"clipdesk_{language}.qm"))
    for text in texts(TRANSLATIONS, language):
        numbers = (1, 7) if len(text.forms) == 2 else ((7,) if re.search("%L?n", text.source) else (-1,))
        for number, form in zip(numbers, text.forms, strict=True):
            assert translator.translate(text.context, text.source, text.comment, number) == form, text.source


@pytest.mark.parametrize("language", COMPLETE)
def test_the_interface_font_has_every_character(language: str, qtbot: QtBot) -> None:
    """Where a system has no fonts (pictures of the window are drawn there), texts are shown all the same."""
    fonts = [QRawFont(str(resources() / "fonts" / name), 12.0) for name in ("interface.otf", "interface-cjk.otf")]
    assert all(font.isValid() for font in fonts)
    letters = {letter for text in texts(TRANSLATIONS, language) for form in text.forms for letter in form}
    missing = {
        one for one in letters if one.isprintable() and not any(font.supportsCharacter(ord(one)) for font in fonts)
    }
    assert missing == set(), "run packaging/make_fonts.py"
