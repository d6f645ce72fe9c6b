"""The spec, evaluated for every system with PyInstaller and the platform faked: what it asks PyInstaller for."""

import plistlib
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import macos_info
import pytest
import windows_version

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "packaging" / "clipdesk.spec"
COLLECTED = [
    ("PySide6/Qt/lib/libQt6Quick.so.6", "/nowhere/libQt6Quick.so.6", "BINARY"),
    ("PySide6/QtCore.abi3.so", "/nowhere/QtCore.abi3.so", "EXTENSION"),
    ("libx265.so.217", "/nowhere/libx265.so.217", "BINARY"),
    ("torch/lib/libtorch_cpu.so", "/nowhere/libtorch_cpu.so", "BINARY"),
]


@dataclass
class Asked:
    """The calls of a spec: (name, arguments, options)."""

    calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)

    def recorder(self, name: str, result: Any = None) -> Any:
        def call(*arguments: Any, **options: Any) -> Any:
            self.calls.append((name, arguments, options))
            return result

        return call

    def options(self, name: str) -> list[dict[str, Any]]:
        return [options for called, _, options in self.calls if called == name]


def evaluate(platform: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, torch: bool = False) -> Asked:
    hooks, config = ModuleType("PyInstaller.utils.hooks"), ModuleType("PyInstaller.config")
    vars(hooks).update(
        collect_submodules=lambda name: [f"{name}.module"],
        collect_data_files=lambda name: [(f"/{name}", name)],
        copy_metadata=lambda name: [(f"/{name}.dist-info", f"{name}.dist-info")],
    )
    vars(config)["CONF"] = {"workpath": str(tmp_path)}
    for name in ("PyInstaller", "PyInstaller.utils"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, hooks.__name__, hooks)
    monkeypatch.setitem(sys.modules, config.__name__, config)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("CLIPDESK_TORCH", "1" if torch else "0")
    monkeypatch.setenv("CLIPDESK_CONTENTS", str(tmp_path / "contents.json"))
    monkeypatch.setenv("CLIPDESK_HOMEPAGE", "https://example.org/releases")
    asked = Asked()
    analysis = SimpleNamespace(pure=[], scripts=[], binaries=list(COLLECTED), datas=[])
    names: dict[str, Any] = {name: asked.recorder(name, name) for name in ("PYZ", "EXE", "COLLECT", "BUNDLE")}
    names |= {"Analysis": asked.recorder("Analysis", analysis), "SPECPATH": str(SPEC.parent), "__file__": str(SPEC)}
    exec(compile(SPEC.read_text(encoding="utf-8"), SPEC, "exec"), names)
    asked.calls.append(("binaries", tuple(entry[0] for entry in analysis.binaries), {}))
    return asked


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_what_is_taken_everywhere(platform: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = evaluate(platform, monkeypatch, tmp_path)
    (analysis,) = asked.options("Analysis")
    places = {place for _, place in analysis["datas"]}
    assert {"resources/models/pocket", "resources/translations", "resources/icons", "resources/self_test"} <= places
    assert "onnxruntime.dist-info" in places
    assert (str(tmp_path / "homepage.txt"), "resources") in analysis["datas"]
    assert "clipdesk.module" in analysis["hiddenimports"]
    assert {"torch", "readline", "tkinter"} <= set(analysis["excludes"])
    assert asked.calls[-1][1] == ("PySide6/QtCore.abi3.so",)
    assert all(Path(entry).is_file() for entry in asked.calls[0][1][0])
    assert not any(options["upx"] for options in asked.options("EXE") + asked.options("COLLECT"))


def test_linux_is_one_program_and_one_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = evaluate("linux", monkeypatch, tmp_path)
    assert [options["name"] for options in asked.options("EXE")] == ["clipdesk"]
    assert asked.options("COLLECT")[0]["name"] == "clipdesk"
    assert not asked.options("BUNDLE")


def test_macos_is_an_app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = evaluate("darwin", monkeypatch, tmp_path)
    (program,) = asked.options("EXE")
    assert not program["console"]
    entitlements = plistlib.loads(Path(program["entitlements_file"]).read_bytes())
    assert entitlements and all(value is True for value in entitlements.values())
    assert not [name for name in entitlements if "get-task-allow" in name or "sandbox" in name]
    (app,) = asked.options("BUNDLE")
    assert app["name"] == "clipdesk.app"
    assert app["icon"].endswith("clipdesk.icns")
    assert app["bundle_identifier"] == "org.clipdesk.clipdesk"
    assert plistlib.loads(plistlib.dumps(app["info_plist"])) == app["info_plist"]


def test_the_app_opens_pictures_and_folders_and_takes_them_from_nobody() -> None:
    types = macos_info.info("1.2.3")["CFBundleDocumentTypes"]
    contents = {content for one in types for content in one["LSItemContentTypes"]}
    assert {"public.image", "public.folder", "public.heic", "public.camera-raw-image"} <= contents
    assert {one["LSHandlerRank"] for one in types} == {"Alternate"}


def test_windows_has_a_program_for_terminals_and_one_for_the_window(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    programs = {options["name"]: options for options in evaluate("win32", monkeypatch, tmp_path).options("EXE")}
    assert {name: options["console"] for name, options in programs.items()} == {"clipdesk": True, "clipdesk-app": False}
    for name, options in programs.items():
        assert options["icon"].endswith("clipdesk.ico")
        assert Path(options["manifest"]).is_file()
        assert f"{name}.exe" in Path(options["version"]).read_text(encoding="utf-8")


def test_the_version_resource_is_one_expression() -> None:
    known = (
        "VSVersionInfo",
        "FixedFileInfo",
        "StringFileInfo",
        "StringTable",
        "StringStruct",
        "VarFileInfo",
        "VarStruct",
    )
    names: dict[str, Any] = {name: lambda *parts, **more: (parts, more) for name in known}
    _, more = eval(windows_version.text("1.2.3rc1", "clipdesk-app"), names)
    assert more["ffi"][1]["filevers"] == (1, 2, 3, 0)


def test_pytorch_brings_its_models_along(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = evaluate("linux", monkeypatch, tmp_path, torch=True)
    (analysis,) = asked.options("Analysis")
    assert ("/open_clip", "open_clip") in analysis["datas"]
    assert {"open_clip.tokenizer", "timm.models.vision_transformer"} <= set(analysis["hiddenimports"])
    assert "torch/lib/libtorch_cpu.so" in asked.calls[-1][1]
