"""One window for each library: a second start hands its photos and folders to the first one.

What crosses the socket is 4 bytes of length (big-endian) and then JSON, a list of absolute paths; the answer is one
byte. Each end makes sure that the other one is the same user's: a socket lies where others may put one of that name.
"""

import getpass
import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import cast

from PySide6.QtCore import QByteArray, QDeadlineTimer, QLockFile, QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from clipdesk.core.paths import cache_folder
from clipdesk.core.plain_data import parse_json
from clipdesk.ui.same_user import is_same_user

_LENGTH = 4
_MOST = 1 << 20
"""Bytes of one message; a longer one is refused."""
_TAKEN = b"+"
_WAIT = 3000
"""Milliseconds that a first window has to answer, and a later start to say what it wants."""
_MOST_CALLERS = 20
_PATIENCE = 20_000
"""Milliseconds that a window which has begun may take until it answers."""
_LOOK = 50


def server_name(library: Path) -> str:
    """The socket's name: one for each user and library."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number that is nobody's
        user = Path.home().as_posix()
    whose = f"{user}\n{library.absolute()}"
    return f"clipdesk-{hashlib.sha256(whose.encode(errors='surrogateescape')).hexdigest()[:16]}"


def hand_over(name: str, paths: Sequence[Path]) -> bool:
    """Give `paths` to the window that runs; False when there is none (or it does not answer)."""
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(_WAIT) or not is_same_user(socket):
        return False
    text = json.dumps([str(path.absolute()) for path in paths]).encode()
    socket.write(QByteArray(len(text).to_bytes(_LENGTH, "big") + text))
    answered = socket.waitForReadyRead(_WAIT) and socket.readAll().data() == _TAKEN
    socket.disconnectFromServer()
    return answered


class SingleInstance(QObject):
    """Listens for later starts; `opened` gets the paths (list[Path]) that they were given, often none."""

    opened = Signal(list)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)
        # Between looking for a window and listening as one, another start may do the same.
        folder = cache_folder()
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._turn = QLockFile(str(folder / f"{name}.lock"))
        self._turn.setStaleLockTime(0)

    def begin(self, paths: Sequence[Path]) -> bool:
        """Become the library's window, which listens; False when there is one, that was given `paths`.

        One that does not answer for long has this one beside it, which can search at least.
        """
        patience = QDeadlineTimer(_PATIENCE)
        while not hand_over(self._name, paths):
            if self._turn.tryLock(_LOOK) or self._turn.error() != QLockFile.LockError.LockFailedError:
                self.listen()
                return True
            if patience.hasExpired():
                return True
        return False

    def listen(self) -> bool:
        """Begin to listen; call after `hand_over` has found nobody. False when the system does not let us."""
        if self._server.listen(self._name):
            return True
        # What a crash has left behind, since nobody answered there.
        QLocalServer.removeServer(self._name)
        return self._server.listen(self._name)

    def close(self) -> None:
        """Stop listening."""
        self._server.close()
        self._turn.unlock()

    def _greet(self) -> None:
        while self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            if len(self._server.findChildren(_Caller)) < _MOST_CALLERS and is_same_user(socket):
                _Caller(socket, self)
            else:
                socket.abort()
                socket.deleteLater()


class _Caller(QObject):
    """One later start, until it has said what it wants: one message, soon."""

    def __init__(self, socket: QLocalSocket, instance: SingleInstance) -> None:
        super().__init__(socket)
        self._socket, self._instance = socket, instance
        self._read = b""
        socket.setReadBufferSize(_LENGTH + _MOST)
        socket.readyRead.connect(self._more)
        socket.disconnected.connect(socket.deleteLater)
        QTimer.singleShot(_WAIT, self, socket.abort)
        self._more()

    def _more(self) -> None:
        self._read += cast("bytes", self._socket.readAll().data())
        if len(self._read) < _LENGTH:
            return
        end = _LENGTH + int.from_bytes(self._read[:_LENGTH], "big")
        if end > _LENGTH + _MOST or len(self._read) > end:
            self._socket.abort()
        elif len(self._read) == end:
            paths = _paths(self._read[_LENGTH:])
            if paths is None:
                self._socket.abort()
                return
            self._socket.readyRead.disconnect(self._more)
            self._socket.write(QByteArray(_TAKEN))
            self._socket.flush()
            self._instance.opened.emit(paths)


def _paths(text: bytes) -> list[Path] | None:
    """Absolute paths out of a message; None when it is anything else."""
    try:
        values = parse_json(text)
        if not isinstance(values, list) or not all(isinstance(v, str) for v in cast("list[object]", values)):
            return None
        names = cast("list[str]", values)
        if any(b"\0" in os.fsencode(name) for name in names):
            return None
    except ValueError:  # no JSON, or names that no file system knows
        return None
    paths = [Path(name) for name in names]
    return paths if all(path.is_absolute() for path in paths) else None
