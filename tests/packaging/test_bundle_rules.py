"""What stays in a bundle and what does not, by names; and what a finished bundle is looked at for."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import bundle_check
import bundle_rules as rules
import pytest

ROOT = Path(__file__).resolve().parents[2]
QT = "PySide6/Qt/"


@pytest.mark.parametrize(
    "name",
    [
        "pillow_heif.libs/libx265-4883ecb5.so.217",
        "libx265.dylib",
        "libreadline.so.8",
        "x265.dll",
        "PySide6/QtQuick.abi3.so",
        QT + "lib/libQt6Quick.so.6",
        QT + "lib/libQt6WebEngineCore.so.6",
        QT + "plugins/platforms/libqeglfs.so",
        QT + "plugins/platformthemes/libqgtk3.so",
        QT + "plugins/imageformats/libqpdf.so",
        QT + "plugins/sqldrivers/libqsqlite.so",
        QT + "translations/qtbase_de.qm",
        QT + "qml/QtQuick/Controls/qmldir",
        "PySide6/opengl32sw.dll",
        "PySide6/plugins/tls/qopensslbackend.dll",
        "numpy/_core/tests/data.csv",
        "numpy/_core/include/numpy/arrayobject.h",
        "rawpy/_rawpy.pyx",
        "libstdc++.so.6",
        "libgtk-3.so.0",
        "torch/lib/libtorch_cpu.so",
    ],
)
def test_stays_out(name: str) -> None:
    assert not rules.wanted(name, torch=False)


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/QtWidgets.abi3.so",
        "PySide6/QtWidgets.pyd",
        "PySide6/Qt6Widgets.dll",
        QT + "lib/libQt6Widgets.so.6",
        QT + "lib/libicudata.so.73",
        QT + "lib/QtWidgets.framework/Versions/A/QtWidgets",
        QT + "plugins/platforms/libqxcb.so",
        QT + "plugins/platforms/libqoffscreen.so",
        QT + "plugins/platforms/libqcocoa.dylib",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6/plugins/imageformats/qwebp.dll",
        QT + "plugins/iconengines/libqsvgicon.so",
        QT + "translations/qtbase_ja.qm",
        "libxcb-cursor.so.0",
        "pi_heif.libs/libheif-7a3e919c.so.1.23.0",
        "numpy.libs/libgfortran-040039e1.so.5.0.0",
        "resources/models/pocket/image.onnx",
        "onnxruntime/capi/onnxruntime_pybind11_state.pyd",
    ],
)
def test_stays_in(name: str) -> None:
    assert rules.wanted(name, torch=False)


def test_pytorch_comes_only_when_it_is_asked_for() -> None:
    assert rules.wanted("torch/lib/libtorch_cpu.so", torch=True)
    assert not rules.wanted("torch/include/ATen/ATen.h", torch=True)
    assert {"torch", "open_clip", "scipy"} <= set(rules.excluded_modules(torch=False))
    assert not rules.wanted("torchvision/_C.so", torch=True)
    assert not {"torch", "open_clip"} & set(rules.excluded_modules(torch=True))


def test_a_link_goes_with_what_it_leads_to() -> None:
    assert not rules.keep(("libQt6Quick.so.6", "PySide6/Qt/lib/libQt6Quick.so.6", "SYMLINK"), torch=False)
    assert rules.keep(("libQt6Gui.so.6", "PySide6/Qt/lib/libQt6Gui.so.6", "SYMLINK"), torch=False)


def test_libraries_that_nothing_needs_any_more_go() -> None:
    needs = {"app": {"liba.so.1", "libc.so.6"}, "a": {"libb.so.1"}, "b": set[str](), "c": {"libb.so.1"}}
    binaries = [("pkg/app.so", "app", "EXTENSION"), ("liba.so.1", "a", "BINARY"), ("libb.so.1", "b", "BINARY")]
    kept = rules.without_orphans([*binaries, ("libc1.so.1", "c", "BINARY")], lambda file: needs.get(file, set()))
    assert kept == binaries


def test_only_what_the_app_reads_of_the_resources() -> None:
    files = {Path(source).relative_to(ROOT).as_posix() for source, _ in rules.resource_files(ROOT)}
    assert {"resources/models/pocket/open_clip_model.safetensors", "resources/translations/clipdesk_ja.qm"} <= files
    assert not [name for name in files if name.endswith(".ts") or "/screenshots/" in name]


def test_a_library_under_the_gpl_is_found_by_name_and_by_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "libx265-4883ecb5.so.217").write_bytes(b"\x7fNOT")
    (tmp_path / "libheif.so.1").write_bytes(b"some code, x265_encoder_open, some more")
    (tmp_path / "libde265.so.0").write_bytes(b"some code, de265_new_decoder")
    problems = bundle_check.examine(tmp_path).problems
    assert len(problems) == 2
    assert problems[0].startswith("libheif.so.1 has a library under the GPL in it")
    assert problems[1] == "libx265-4883ecb5.so.217 is under the GPL"
    assert bundle_check.main([str(tmp_path)]) == 1


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_to_nothing_is_found(tmp_path: Path) -> None:
    (tmp_path / "libQt6Gui.so.6").symlink_to("PySide6/Qt/lib/libQt6Gui.so.6")
    assert bundle_check.examine(tmp_path).problems == ["libQt6Gui.so.6 leads nowhere"]


@pytest.mark.skipif(not sys.platform.startswith("linux") or not shutil.which("gcc"), reason="makes a library with gcc")
def test_a_library_for_this_processor_only_is_found(tmp_path: Path) -> None:
    source = tmp_path / "wide.c"
    source.write_text("void f(float *a) { for (int i = 0; i < 1024; i++) a[i] = a[i] * 2 + 1; }\n", encoding="utf-8")
    (tmp_path / "bundle").mkdir()
    library = tmp_path / "bundle" / "hnswlib.so"
    command = ["gcc", "-O3", "-shared", "-fPIC", "-nostdlib", str(source), "-o", str(library)]
    subprocess.run([*command, "-mavx2"], check=True)
    assert bundle_check.examine(tmp_path / "bundle").problems == [
        "hnswlib.so was built for the processor of the machine that built it"
    ]
    subprocess.run(command, check=True)
    assert bundle_check.examine(tmp_path / "bundle").problems == []


@pytest.mark.skipif("CLIPDESK_BUNDLE" not in os.environ, reason="CLIPDESK_BUNDLE names no bundle to look at")
def test_the_finished_bundle() -> None:
    found = bundle_check.examine(Path(os.environ["CLIPDESK_BUNDLE"]))
    assert found.problems == []
    assert found.bytes < 900e6
