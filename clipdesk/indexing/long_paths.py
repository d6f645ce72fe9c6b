r"""Windows refuses paths of more than 260 characters unless they are absolute and start with \\?\."""

import os


def extended(path: str | os.PathLike[str]) -> str:
    r"""Return `path` in a form that may be of any length: with the \\?\ prefix on Windows, as it is elsewhere."""
    text = os.fspath(path)
    if os.name != "nt":
        return text
    return windows_extended(os.path.abspath(text))  # noqa: PTH100 - a Path would lose the prefix's meaning


def windows_extended(path: str) -> str:
    r"""Prefix an absolute Windows path: `C:\x` becomes `\\?\C:\x`, `\\server\share` becomes `\\?\UNC\server\share`."""
    path = path.replace("/", "\\")
    if path.startswith(("\\\\?\\", "\\\\.\\")):
        return path
    if path.startswith("\\\\"):
        return "\\\\?\\UNC\\" + path[2:]
    return "\\\\?\\" + path
