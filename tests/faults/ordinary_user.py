"""Runs a command as somebody whom permission bits hold back: `python ordinary_user.py COMMAND ...`.

An ordinary user is one already. Root stays root by name, so that it reaches whatever lies in its home, but is left
without any of its capabilities, for the command and all that it starts.
"""

import ctypes
import os
import sys

_PR_CAPBSET_DROP = 24
_EINVAL = 22


def available() -> bool:
    """Whether permission bits can be made to count here."""
    return os.name == "posix" and (os.geteuid() != 0 or sys.platform == "linux")


def as_ordinary_user(command: list[str]) -> list[str]:
    """The command that runs `command` so."""
    return [sys.executable, __file__, *command]


def _drop_capabilities() -> None:
    """Executing a program gives root the capabilities of the bounding set: with an empty one, none."""
    library = ctypes.CDLL(None, use_errno=True)
    for capability in range(64):
        if library.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            if ctypes.get_errno() == _EINVAL:  # beyond the last one
                return
            raise OSError(ctypes.get_errno(), "the capability cannot be dropped")


if __name__ == "__main__":
    if os.geteuid() == 0:
        _drop_capabilities()
    os.execvp(sys.argv[1], sys.argv[1:])
