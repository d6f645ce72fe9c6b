"""Who writes to a library: a note in it that others read, and that its writer renews where several computers reach it.

The system's locks hold between computers only where a network drive passes them on, and many do not. filelock's lease
cannot take over from a computer that is gone there: NFS and SMB refuse the exchange of names that it needs.
"""

import errno
import json
import logging
import os
import platform
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from clipdesk.core.errors import DiskFullError, LibraryBusyError, LibraryError
from clipdesk.core.plain_data import parse_json

_log = logging.getLogger(__name__)
NOTE_FILE = "writer.json"
_BEAT = 5.0
"""Seconds between two renewals."""
_STALE = 20.0
"""Seconds without a renewal after which a writer counts as gone. Its clock and ours need not agree: it is watched."""
_LOOK = 0.5
_LENGTH = 512
"""Bytes of a note at least: renewed in its place it takes no new space, so that a full disk loses nobody's right."""
_CONFIRM = 2.0
"""Seconds until it is looked whether another computer took the place of the same lost writer in the same moment."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The writer of a library, as it noted itself."""

    pid: int
    host: str
    since: str
    machine: str = ""
    token: str = ""
    beat: int | None = None
    """Counts its renewals; None where it does not renew its note, since no other computer reaches the library."""

    def words(self) -> str:
        """Who that is, for people."""
        return f"another clipdesk (process {self.pid} on {self.host}, since {self.since.replace('T', ' ')})"

    def is_elsewhere(self) -> bool:
        """Tell whether it is noted for another computer."""
        return self.host != platform.node()


def noted(library: Path) -> Holder | None:
    """Return who noted themselves as the writer of a library; None when nobody did."""
    return _holder(_read(library / NOTE_FILE))


class Claim:
    """The note of this process, made when it has the system's lock, as far as that goes.

    With `shared` other computers may reach the library: then a note that is there is watched for a while, this one's
    own is renewed until `release`, and `require` finds out whether another computer took the library over meanwhile,
    as it may while this one sleeps.
    """

    def __init__(self, library: Path, *, shared: bool) -> None:
        """Write the note. Raises LibraryBusyError, saying who has the library, or LibraryError when it cannot be."""
        self._library = library
        self._note = library / NOTE_FILE
        self._shared = shared
        self._turn = threading.Lock()
        self._ending = threading.Event()
        since = datetime.now().isoformat(timespec="seconds")
        machine = f"{uuid.getnode():x}" if shared else ""
        self._me = Holder(os.getpid(), platform.node(), since, machine, uuid.uuid4().hex, 0 if shared else None)
        self._heart = threading.Thread(target=self._beat, name="library heartbeat", daemon=True)
        if not shared:
            self._outwait()
            # That it cannot be written is no reason to stop: nobody but this computer needs it.
            with suppress(OSError):
                self._write("wb")
            return
        try:
            self._claim()
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFullError(
                    f"The disk of the library {library} is full", "Free some space and try again"
                ) from error
            raise LibraryError(
                f"The library {library} cannot be written to ({error.strerror or error})",
                "Check the connection to its drive, and its permissions",
            ) from error
        self._heart.start()

    def require(self) -> None:
        """Raise LibraryBusyError when another computer has taken the library, LibraryError when nobody can tell."""
        if not self._shared:
            return
        with self._turn:
            found = self._look()
        if found is None and not (self._library.exists()):
            return  # gone with its drive: the catalogue tells that
        if found is None or found.token != self._me.token:
            raise _busy(self._library, found, "taken over while this computer slept or was cut off, by")

    def release(self) -> None:
        """Remove the note, if it is still this process's."""
        self._ending.set()
        if self._heart.ident is not None:
            self._heart.join(_BEAT)
        with self._turn, suppress(OSError, LibraryError):
            if self._is_mine():
                self._note.unlink(missing_ok=True)

    # ---- taking ----

    def _claim(self) -> None:
        try:
            self._write("xb")
            return
        except FileExistsError:
            pass
        self._outwait()
        self._write("wb")
        self._ending.wait(_CONFIRM)
        if not self._is_mine():
            raise _busy(self._library, self._look())

    def _outwait(self) -> None:
        """Return once nobody else can be writing; raise LibraryBusyError when somebody is."""
        before = _read(self._note)
        found = _holder(before)
        if found is None or not (self._shared or found.beat is not None) or self._is_dead(found):
            return
        if found.beat is None and found.is_elsewhere():
            raise LibraryBusyError(
                f"The library {self._library} is noted as in use by {found.words()}, which has it on a disk of its own",
                f"Close it there. If no clipdesk runs there any more, remove {self._note}",
            )
        end = time.monotonic() + _STALE
        while time.monotonic() < end:
            self._ending.wait(_LOOK)
            now = _read(self._note)
            if now is None:
                return
            if now != before:
                raise _busy(self._library, _holder(now) or found)
        _log.warning("the writer of the library has not been heard of for %.0f seconds; it counts as gone", _STALE)

    def _is_dead(self, found: Holder) -> bool:
        """Tell whether a writer was a process of this computer that is gone: it had its lock, which is ours now."""
        if found.is_elsewhere() or found.machine != self._me.machine:
            return False
        import psutil

        return not psutil.pid_exists(found.pid)

    # ---- renewing ----

    def _beat(self) -> None:
        beat = 0
        while not self._ending.wait(_BEAT):
            beat += 1
            with self._turn:
                try:
                    if not self._is_mine():
                        _log.warning("another computer has taken the library over")
                        return
                    self._write("r+b", beat)
                except (OSError, LibraryError) as error:
                    _log.info("the library's note was not renewed (%s)", type(error).__name__)

    def _is_mine(self) -> bool:
        found = self._look()
        return found is not None and found.token == self._me.token

    def _look(self) -> Holder | None:
        try:
            return _holder(self._note.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            told = f"The library {self._library} cannot be reached ({error.strerror or error})"
            raise LibraryError(told, "Check the connection to its drive; nothing that was done is lost") from error

    def _write(self, mode: str, beat: int | None = None) -> None:
        """Write the note in its place: readers on network drives see that at once, a new file under its name later."""
        note = asdict(self._me)
        if beat is not None:
            note["beat"] = beat
        with self._note.open(mode) as file:
            file.write(json.dumps(note).ljust(_LENGTH).encode())


def _read(note: Path) -> bytes | None:
    try:
        return note.read_bytes()
    except OSError:
        return None


def _holder(content: bytes | None) -> Holder | None:
    try:
        note = parse_json(content or b"")
        known = {name: note[name] for name in Holder.__slots__ if name in note}
        return Holder(**known) if isinstance(known["since"], str) else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _busy(library: Path, holder: Holder | None, how: str = "in use by") -> LibraryBusyError:
    return LibraryBusyError(
        f"The library {library} is {how} {holder.words() if holder else 'another clipdesk'}",
        "Close it there or wait until it is done; searching works meanwhile",
    )
