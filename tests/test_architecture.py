"""The house keeps its rules: layers, small files, a light core, a command line that starts at once."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "clipdesk"
FILES = sorted(PACKAGE.rglob("*.py"))
CODE = FILES + sorted((ROOT / "packaging").glob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
MOST_LINES, MOST_METHODS, MOST_STATEMENTS = 400, 20, 40
Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported_modules(code: str) -> set[str]:
    """Top-level names of all modules that are loaded after running `code` in a new process."""
    program = f"{code}\nimport sys, json\nprint(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_layers() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_files_stay_small(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MOST_LINES, f"{lines} lines: this file is asking to be two"


@pytest.mark.parametrize("path", TESTS, ids=name_of)
def test_test_files_stay_readable(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 600


def called_by_qt(function: Function) -> bool:
    """Whether this is one of Qt's virtual methods, as its name tells: how many a widget has is not its own choice."""
    return not function.name.islower()


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_classes_and_functions_stay_small(path: Path) -> None:
    too_big: list[str] = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ClassDef):
            methods = sum(isinstance(child, Function) and not called_by_qt(child) for child in node.body)
            if methods > MOST_METHODS:
                too_big.append(f"class {node.name}: {methods} methods")
        elif isinstance(node, Function):
            statements = sum(isinstance(child, ast.stmt) for child in ast.walk(node)) - 1
            if statements > MOST_STATEMENTS:
                too_big.append(f"function {node.name}: {statements} statements")
    assert not too_big


def public_definitions(tree: ast.Module) -> Iterator[ast.ClassDef | Function]:
    """Public classes, functions and methods that say something of their own."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef | Function) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                methods = (child for child in node.body if isinstance(child, Function))
                yield from (method for method in methods if not method.name.startswith("_"))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_public_names_are_documented(path: Path) -> None:
    tree = tree_of(path)
    assert ast.get_docstring(tree), "the module needs a docstring"
    bare = [node.name for node in public_definitions(tree) if not ast.get_docstring(node)]
    assert not bare


def test_core_imports_without_qt_torch_sql_and_pillow() -> None:
    blocked = ("PySide6", "torch", "sqlalchemy", "PIL", "onnxruntime", "hnswlib", "rawpy", "watchdog")
    modules = [f"clipdesk.core.{path.stem}" for path in sorted((PACKAGE / "core").glob("*.py")) if path.stem[0] != "_"]
    assert "clipdesk.core.entities" in modules
    blocking = "".join(f"sys.modules[{name!r}] = None\n" for name in blocked)
    code = f"import sys, importlib\n{blocking}for name in {modules}: importlib.import_module(name)\n"
    assert "clipdesk" in imported_modules(code)


def test_help_imports_nothing_heavy() -> None:
    code = "from clipdesk.cli import _exit_code\nassert _exit_code(['--help']) == 0"
    loaded = imported_modules(code)
    heavy = {"torch", "onnxruntime", "PySide6", "sqlalchemy", "PIL", "numpy", "pydantic", "hnswlib", "rich"}
    # typer may bring pydantic along in some of its versions; nothing of clipdesk asks for it here.
    assert not loaded & heavy - {"pydantic"}


def test_only_the_entry_point_may_know_the_window() -> None:
    for path in FILES:
        if path.parent.name == "ui" or path.name == "__main__.py":
            continue
        names = {alias.name for node in ast.walk(tree_of(path)) if isinstance(node, ast.Import) for alias in node.names}
        sources = {node.module or "" for node in ast.walk(tree_of(path)) if isinstance(node, ast.ImportFrom)}
        assert not [name for name in names | sources if name.split(".")[0] == "PySide6"], name_of(path)


@pytest.mark.photos
def test_a_search_imports_nothing_that_it_does_not_need(tmp_path: Path, small_library_photos: Path) -> None:
    library = str(tmp_path / "library")
    run = "from clipdesk.cli import _exit_code\nassert _exit_code({}) == 0\n"
    imported_modules(run.format(["--library", library, "index", str(small_library_photos), "--json"]))
    loaded = imported_modules(run.format(["--library", library, "search", "a dog", "--json"]))
    assert "onnxruntime" in loaded
    unwanted = {
        "torch",
        "torchvision",
        "open_clip",
        "timm",
        "scipy",
        "alembic",
        "huggingface_hub",
        "PySide6",
        "watchdog",
        "pebble",
        "rawpy",
        "onnx",
        "skimage",
        "sklearn",
    }
    assert not loaded & unwanted
