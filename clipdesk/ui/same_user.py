"""Who is at the other end of a local socket, where the system tells: Linux and macOS. Elsewhere permissions decide."""

import os
import socket
import struct
import sys

from PySide6.QtNetwork import QLocalSocket

_MACOS_LEVEL, _MACOS_OPTION, _MACOS_SIZE = 0, 1, 76
"""SOL_LOCAL, LOCAL_PEERCRED and the size of `struct xucred` (sys/un.h, sys/ucred.h), which Python does not name."""


def is_same_user(connected: QLocalSocket) -> bool:
    """Whether the other end belongs to the user who runs this process; True where the system does not tell."""
    user = _other_user(connected)
    return user is None or user == os.geteuid()


def _other_user(connected: QLocalSocket) -> int | None:
    if sys.platform not in ("linux", "darwin"):
        return None
    # A copy, since closing ours must not close Qt's.
    with socket.socket(fileno=os.dup(connected.socketDescriptor())) as end:
        if sys.platform == "linux":
            size = struct.calcsize("3i")
            return struct.unpack("3i", end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))[1]
        return struct.unpack_from("2I", end.getsockopt(_MACOS_LEVEL, _MACOS_OPTION, _MACOS_SIZE))[1]
