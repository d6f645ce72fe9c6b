"""Lets torchvision be imported beside a torch build that its binary operators do not fit.

torchvision registers Python helpers for its compiled operators `nms` and `qnms` while it is imported. Its wheels from
PyPI are compiled for the CUDA build of torch; beside the CPU build the operators cannot be loaded, and the import ends
in "operator torchvision::nms does not exist". open_clip and timm need torchvision's transforms only, never these
operators, so declaring their signatures is enough. Nothing is declared where the compiled operators load.
"""

import importlib.machinery
import importlib.util
from pathlib import Path
from typing import Any

_OPERATORS = ("nms", "qnms")
_SIGNATURE = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_declared: list[Any] = []  # torch.library drops the declarations when the object that made them is freed


def ensure() -> bool:
    """Declare the operators when they are missing; to be called before torchvision is imported.

    Returns True when they were declared here, False when torchvision brings its own (or is not installed).
    """
    import torch

    if _declared:
        return True
    package = importlib.util.find_spec("torchvision")
    if package is None or not package.submodule_search_locations or _compiled(package.submodule_search_locations[0]):
        return False
    library: Any = torch.library.Library("torchvision", "DEF")
    for name in _OPERATORS:
        library.define(name + _SIGNATURE)
    _declared.append(library)
    return True


def _compiled(folder: str) -> bool:
    """True when torchvision's own operators can be loaded (and then: are loaded)."""
    import torch

    operators: Any = torch.ops
    suffixes = importlib.machinery.EXTENSION_SUFFIXES
    for file in (Path(folder) / f"_C{suffix}" for suffix in suffixes):
        if file.is_file():
            try:
                operators.load_library(str(file))
            except OSError:
                return False
            return True
    return False
