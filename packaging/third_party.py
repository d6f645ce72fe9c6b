"""Licences of everything in a bundle, and its parts as an SBOM (CycloneDX 1.6).

What is in a bundle is told by the files that PyInstaller took (`contents.json`, written by clipdesk.spec): the
distributions that own them, the Python they run on, and libraries that wheels carry.
"""

import json
import platform
import shutil
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

HERE = Path(__file__).parent
_TEXTS = ("licen", "copying", "notice", "authors", "thirdparty")
_CARRIED = {
    "pi-heif": (("libheif", "LGPL-3.0-or-later"), ("libde265", "LGPL-3.0-or-later")),
    "rawpy": (("LibRaw", "LGPL-2.1-only OR CDDL-1.0"), ("JasPer", "JasPer-2.0"), ("Little CMS", "MIT")),
    "PySide6_Essentials": (("Qt", "LGPL-3.0-only"), ("ICU", "Unicode-3.0")),
    "pillow": (("libjpeg-turbo", "IJG AND BSD-3-Clause AND Zlib"), ("libavif", "BSD-2-Clause"), ("FreeType", "FTL")),
    "numpy": (("OpenBLAS", "BSD-3-Clause"), ("libgfortran", "GPL-3.0-or-later WITH GCC-exception-3.1")),
    "imagecodecs": (("libjxl", "BSD-3-Clause"), ("Highway", "Apache-2.0")),
}
"""Libraries inside wheels, of which the wheels' metadata say nothing."""
_LGPL = "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only"
_DECLARED = {"pyside6-essentials": _LGPL, "shiboken6": _LGPL, "pi-heif": "BSD-3-Clause"}
"""Licences of distributions that tell theirs in no form that can be read, or tell that of what they carry."""


@dataclass(frozen=True, slots=True)
class Part:
    """A distribution in the bundle; `carries` are libraries inside it, (name, licence)."""

    name: str
    version: str
    licence: str
    homepage: str
    texts: tuple[Path, ...]
    carries: tuple[tuple[str, str], ...] = ()


def parts(contents: Path) -> list[Part]:
    """The distributions that own the files of a bundle, by name."""
    taken = {str(Path(name).resolve()) for name in json.loads(contents.read_text(encoding="utf-8"))}
    found: dict[str, Part] = {}
    for one in distributions():
        name = one.metadata["Name"]
        if name == "clipdesk" or name in found:
            continue
        if any(str(Path(str(one.locate_file(file))).resolve()) in taken for file in one.files or ()):
            found[name] = _part(one)
    return [found[name] for name in sorted(found, key=str.casefold)]


def _part(one: Distribution) -> Part:
    about = one.metadata
    name = about["Name"]
    links = dict(link.split(", ", 1) for link in about.get_all("Project-URL") or () if ", " in link)
    homepage = about.get("Home-page") or next(iter(links.values()), "")
    texts = [Path(str(one.locate_file(file))) for file in one.files or () if _is_text(file.name.lower(), file.parts)]
    return Part(name, one.version, _licence(one), homepage, tuple(texts), _CARRIED.get(name, ()))


def _is_text(name: str, folders: tuple[str, ...]) -> bool:
    return folders[0].endswith(".dist-info") and (name.startswith(_TEXTS) or "licenses" in folders[:2])


def _licence(one: Distribution) -> str:
    about = one.metadata
    if declared := _DECLARED.get(about["Name"].lower().replace("_", "-")):
        return declared
    if expression := about.get("License-Expression"):
        return expression
    classified = [
        line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or () if line.startswith("License")
    ]
    told = " and ".join(name for name in classified if name != "OSI Approved")
    return told or (about.get("License") or "see its text").strip().splitlines()[0]


def write_licences(found: list[Part], folder: Path) -> None:
    """Write THIRD-PARTY.txt, every licence's text, and how to exchange Qt, into a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in sorted((HERE / "licences").iterdir()):
        shutil.copyfile(file, folder / file.name)
    shutil.copyfile(HERE.parent / "LICENSE", folder / "clipdesk.txt")
    shutil.copytree(HERE.parent / "resources" / "fonts" / "licences", folder / "fonts")
    lines = ["clipdesk is under the MIT licence (clipdesk.txt). This bundle has in it, beside clipdesk:", ""]
    lines += [f"CPython {platform.python_version()}: PSF-2.0, https://www.python.org/psf/license/"]
    for part in found:
        lines.append(f"{part.name} {part.version}: {part.licence}" + (f", {part.homepage}" if part.homepage else ""))
        lines += [f"  with {name}: {licence}" for name, licence in part.carries]
        for text in part.texts:
            target = folder / part.name / text.name
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(text, target)
    lines += ["", "Qt, PySide6, libheif, libde265 and LibRaw are under the LGPL: QT.md tells how to exchange them."]
    (folder / "THIRD-PARTY.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_sbom(found: list[Part], version: str, file: Path) -> None:
    """Write the parts of clipdesk as CycloneDX 1.6 JSON."""
    from cyclonedx.model import ExternalReference, ExternalReferenceType, XsUri
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.license import DisjunctiveLicense
    from cyclonedx.output.json import JsonV1Dot6
    from packageurl import PackageURL

    def component(name: str, version: str | None, licence: str, **more: object) -> Component:
        licences = [DisjunctiveLicense(name=licence)]
        return Component(name=name, version=version, type=ComponentType.LIBRARY, licenses=licences, **more)

    app = Component(name="clipdesk", version=version, type=ComponentType.APPLICATION, bom_ref=f"clipdesk@{version}")
    bom = Bom()
    bom.metadata.component = app
    python = component("CPython", platform.python_version(), "PSF-2.0", bom_ref="cpython")
    bom.components.add(python)
    below = [python]
    for part in found:
        links = (
            [ExternalReference(type=ExternalReferenceType.WEBSITE, url=XsUri(part.homepage))] if part.homepage else []
        )
        purl = PackageURL("pypi", name=part.name.lower().replace("_", "-"), version=part.version)
        one = component(part.name, part.version, part.licence, purl=purl, external_references=links, bom_ref=str(purl))
        bom.components.add(one)
        below.append(one)
        inside = [component(name, None, licence, bom_ref=f"{purl}#{name}") for name, licence in part.carries]
        for library in inside:
            bom.components.add(library)
        bom.register_dependency(one, inside)
    bom.register_dependency(app, below)
    file.write_text(JsonV1Dot6(bom).output_as_string(indent=1), encoding="utf-8")
