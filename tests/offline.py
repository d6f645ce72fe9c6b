"""Keeps the tests, and every Python process that they start, off the network: pipes and Unix sockets stay allowed.

A connection that is tried all the same raises, and is noted in a file that the test then fails over. While a test
serves a hub on this machine, or asks for one there, the loopback address may be used, and nothing else.
"""

import os
import sys
from pathlib import Path

HUB = "CLIPDESK_TESTS_HUB"
"""Set while a test serves a hub."""
NOTED = "CLIPDESK_TESTS_CONNECTIONS"
_EVENTS = ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo")
_HERE = ("127.0.0.1", "::1", "localhost")


class ForbiddenConnectionError(RuntimeError):
    """Somebody wanted to leave this computer."""


def _look(event: str, arguments: "tuple[object, ...]") -> None:
    if event not in _EVENTS:
        return
    place = arguments[0] if event == "socket.getaddrinfo" else arguments[1]
    host = place[0] if isinstance(place, tuple) and place else place
    if not isinstance(host, str | bytes) or (event != "socket.getaddrinfo" and not isinstance(place, tuple)):
        return  # a Unix socket, or one that is connected already
    name = host.decode() if isinstance(host, bytes) else host
    allowed = sys.platform == "win32" or HUB in os.environ or "//127.0.0.1" in os.environ.get("HF_ENDPOINT", "")
    if allowed and name in _HERE:
        return
    if noted := os.environ.get(NOTED):
        with Path(noted).open("a", encoding="utf-8") as file:
            file.write(f"{event} {place}\n")
    raise ForbiddenConnectionError(f"{event} {place}")


def forbid() -> None:
    """From now on, for this process."""
    sys.addaudithook(_look)
