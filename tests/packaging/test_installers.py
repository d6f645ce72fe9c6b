"""Installers of systems that this one is not: their files are well-formed, and name only what is there."""

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from configparser import ConfigParser
from pathlib import Path

import linux_files
import make_bundle
import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
INNO = (PACKAGING / "windows" / "clipdesk.iss").read_text(encoding="utf-8")
SECTIONS = {
    *("Setup", "Languages", "CustomMessages", "Tasks", "InstallDelete", "Files", "Icons", "Registry", "Run"),
    *("UninstallDelete", "Code"),
}
PARAMETERS = {
    "Languages": {"Name", "MessagesFile"},
    "Tasks": {"Name", "Description", "GroupDescription", "Flags"},
    "InstallDelete": {"Type", "Name"},
    "Files": {"Source", "DestDir", "Flags"},
    "Icons": {"Name", "Filename", "Tasks", "AppUserModelID"},
    "Registry": {"Root", "Subkey", "ValueType", "ValueName", "ValueData", "Flags", "Tasks"},
    "Run": {"Filename", "Description", "Flags"},
    "UninstallDelete": {"Type", "Name"},
}
PARAMETER = re.compile(r'(\w+): ("(?:[^"]|"")*"|[^;"]+)(?:; |$)')
unix = pytest.mark.skipif(os.name == "nt", reason="a shell script")


def inno_sections() -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in INNO.splitlines():
        if header := re.fullmatch(r"\[(\w+)\]", line):
            assert header[1] not in sections, "a section comes twice"
            lines = sections.setdefault(header[1], [])
        elif line.strip() and not line.startswith((";", "#")):
            lines.append(line)
    return sections


def test_inno_sections_and_parameters_are_known() -> None:
    sections = inno_sections()
    assert sections.keys() == SECTIONS
    for section, known in PARAMETERS.items():
        for line in sections[section]:
            assert "".join(match[0] for match in PARAMETER.finditer(line)) == line, line
            assert {match[1] for match in PARAMETER.finditer(line)} <= known, line
    assert all(re.fullmatch(r"\w+=.+", line) for line in sections["Setup"])


def test_inno_installs_for_one_user_and_asks_about_the_library() -> None:
    setup = dict(line.split("=", 1) for line in inno_sections()["Setup"])
    assert setup["PrivilegesRequired"] == "lowest"
    assert setup["DefaultDirName"].startswith("{autopf}")
    assert re.fullmatch(r"\{\{[0-9A-F-]{36}\}", setup["AppId"])
    code = "\n".join(inno_sections()["Code"])
    assert len(re.findall(r"\bbegin\b", code)) == len(re.findall(r"\bend;", code))
    # Silent removal keeps the library: the default answer is no.
    assert "MB_DEFBUTTON2, IDNO) = IDYES" in code


def test_inno_messages_are_there_in_every_language() -> None:
    sections = inno_sections()
    languages = re.findall(r'Name: "(\w+)"', "\n".join(sections["Languages"]))
    defined = {tuple(line.split("=")[0].split(".")) for line in sections["CustomMessages"]}
    used = set(re.findall(r"\{cm:(\w+)[},]", INNO)) | set(re.findall(r"CustomMessage\('(\w+)'\)", INNO))
    own = used - {"CreateDesktopIcon", "AdditionalIcons", "LaunchProgram"}
    assert defined == {(language, name) for language in languages for name in own}


def test_inno_offers_similar_photos_on_pictures() -> None:
    registry = "\n".join(inno_sections()["Registry"])
    assert r"SystemFileAssociations\image\shell\clipdesk\command" in registry
    assert '"""{app}\\clipdesk-app.exe"" ""%1"""' in registry
    assert "english.FindSimilar=Find similar with clipdesk" in INNO


def test_windows_manifest() -> None:
    text = (PACKAGING / "windows" / "clipdesk.manifest").read_text(encoding="utf-8")
    found = {element.tag.rpartition("}")[2]: element for element in ET.fromstring(text).iter()}
    assert (found["dpiAwareness"].text or "").startswith("PerMonitorV2")
    assert found["longPathAware"].text == "true"
    assert found["requestedExecutionLevel"].get("level") == "asInvoker"


def test_desktop_entry(tmp_path: Path) -> None:
    file = PACKAGING / "linux" / "clipdesk.desktop"
    parser = ConfigParser(interpolation=None)
    parser.read(file, encoding="utf-8")
    entry = parser["Desktop Entry"]
    assert entry["Exec"] == "clipdesk app %F"
    assert {"image/jpeg", "image/heic", "inode/directory"} <= set(entry["MimeType"].split(";"))
    if shutil.which("desktop-file-validate"):
        done = subprocess.run(["desktop-file-validate", file], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("homepage", ["", "https://example.org/"])
def test_appstream_description(homepage: str, tmp_path: Path) -> None:
    file = tmp_path / "org.clipdesk.clipdesk.metainfo.xml"
    file.write_text(linux_files.metainfo("1.2.3", homepage), encoding="utf-8")
    root = ET.parse(file).getroot()
    assert root.findtext("id") == "org.clipdesk.clipdesk"
    assert root.find("releases/release[@version='1.2.3']") is not None
    assert (root.findtext("url") or "") == homepage
    assert "@" not in file.read_text(encoding="utf-8")


def test_layout_of_a_linux_system(tmp_path: Path) -> None:
    bundle, icons = tmp_path / "clipdesk", tmp_path / "icons"
    bundle.mkdir()
    icons.mkdir()
    (bundle / "clipdesk").write_text("the program", encoding="utf-8")
    for size in (16, 24, 32, 48, 64, 128, 256, 512):
        (icons / f"clipdesk-{size}.png").write_bytes(b"png")
    linux_files.lay_out(tmp_path / "root", bundle, icons, "1.2.3")
    root = tmp_path / "root" / "usr"
    assert (root / "bin" / "clipdesk").read_text(encoding="utf-8") == "the program"
    for name in (
        "share/applications/clipdesk.desktop",
        "share/icons/hicolor/256x256/apps/clipdesk.png",
        "share/icons/hicolor/scalable/apps/clipdesk.svg",
        "share/metainfo/org.clipdesk.clipdesk.metainfo.xml",
    ):
        assert (root / name).is_file(), name


@unix
@pytest.mark.parametrize(
    ("command", "lacking"),
    [
        (["macos/sign.sh", "clipdesk.app"], "CLIPDESK_SIGN_IDENTITY"),
        (["macos/sign.sh", "--notarise", "clipdesk.dmg"], "CLIPDESK_APPLE_ID"),
        (["linux/make_appimage.sh", "clipdesk", "clipdesk.AppImage"], "appimagetool"),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_made(command: list[str], lacking: str, tmp_path: Path) -> None:
    secrets = {name: value for name, value in os.environ.items() if not name.startswith(("CLIPDESK", "APPIMAGE"))}
    program = [str(PACKAGING / command[0]), *command[1:]]
    done = subprocess.run(program, cwd=tmp_path, env=secrets, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert lacking in done.stderr
    assert not list(tmp_path.iterdir())


@unix
def test_shell_scripts_are_well_formed() -> None:
    scripts = sorted(PACKAGING.rglob("*.sh"))
    assert len(scripts) == 3
    for script in scripts:
        assert os.access(script, os.X_OK), script
        subprocess.run(["bash", "-n", script], check=True)


def test_requirements_of_the_bundle_leave_pytorch_out_unless_asked_for() -> None:
    plain, full = make_bundle.requirements(torch=False), make_bundle.requirements(torch=True)
    assert {line.split("=")[0] for line in set(full) - set(plain)} == {"torch", "torchvision", "open_clip_torch>"}
    assert any(line.startswith("pyinstaller") for line in plain)
    assert len(make_bundle.samples()) == 2
    assert sys.executable
