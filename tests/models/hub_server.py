"""A server that speaks the part of the Hugging Face hub's protocol that installing a model needs, with its troubles."""

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests import offline

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """What the server has and how it misbehaves; it keeps what it was asked."""

    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    large: set[str] = field(default_factory=set[str])
    """Names that lie in LFS: told with a SHA-256, answered with a redirect."""
    repository: str = "someone/model"
    drop_after: list[int] = field(default_factory=list[int])
    """The next answers with content end after so many bytes."""
    busy: int = 0
    """So many answers are 429 before one is given."""
    broken: set[str] = field(default_factory=set[str])
    """Names whose content is not what their checksum says."""
    pause: float = 0.0
    """Seconds before each 64 KB: a slow line."""
    ignores_ranges: bool = False
    asked: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    """Method, path and Range of every request."""
    headers: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    url: str = ""

    def ranges(self) -> list[str]:
        return [
            wanted for method, path, wanted in self.asked if method == "GET" and path.startswith("/cdn/") and wanted
        ]


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self._serve(body=False)

        def do_GET(self) -> None:
            self._serve(body=True)

        def _serve(self, *, body: bool) -> None:
            hub.asked.append((self.command, self.path, self.headers.get("Range", "")))
            hub.headers.append(dict(self.headers))
            if hub.busy:
                hub.busy -= 1
                self._empty(429, {"Retry-After": "0"})
                return
            path = self.path.partition("?")[0]
            if path == f"/api/models/{hub.repository}":
                self._content(json.dumps(self._info()).encode(), body=body)
                return
            start = f"/{hub.repository}/resolve/{COMMIT}/"
            name = path.removeprefix(start) if path.startswith(start) else path.removeprefix("/cdn/")
            content = hub.files.get(name)
            if content is None:
                self._empty(404, {"X-Error-Code": "EntryNotFound" if path.startswith(start) else "RepoNotFound"})
            elif path.startswith(start):
                self._resolve(name, content, body=body)
            else:
                self._content(content[::-1] if name in hub.broken else content, body=body)

        def _info(self) -> dict[str, object]:
            siblings: list[dict[str, object]] = []
            for name, content in hub.files.items():
                blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
                entry: dict[str, object] = {"rfilename": name, "size": len(content), "blobId": blob}
                if name in hub.large:
                    sha = hashlib.sha256(content).hexdigest()
                    entry["lfs"] = {"sha256": sha, "size": len(content), "pointerSize": 134}
                siblings.append(entry)
            return {"id": hub.repository, "sha": COMMIT, "siblings": siblings, "private": False, "tags": []}

        def _resolve(self, name: str, content: bytes, *, body: bool) -> None:
            headers = {"X-Repo-Commit": COMMIT}
            if name in hub.large:
                headers["X-Linked-Etag"] = f'"{hashlib.sha256(content).hexdigest()}"'
                headers["X-Linked-Size"] = str(len(content))
                self._empty(302, headers | {"Location": f"{hub.url}/cdn/{name}"})
                return
            headers["ETag"] = f'"{hashlib.sha1(content).hexdigest()}"'
            self._content(content[::-1] if name in hub.broken else content, body=body, headers=headers)

        def _empty(self, status: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _content(self, content: bytes, *, body: bool, headers: dict[str, str] | None = None) -> None:
            wanted, total = self.headers.get("Range", ""), len(content)
            start = 0 if hub.ignores_ranges or not wanted else int(wanted.removeprefix("bytes=").partition("-")[0])
            self.send_response(206 if start else 200)
            for key, value in (headers or {}).items():
                self.send_header(key, value)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{total - 1}/{total}")
            self.send_header("Content-Length", str(total - start))
            self.end_headers()
            if not body:
                return
            rest = content[start:]
            if self.path.startswith("/cdn/") and hub.drop_after:
                self.wfile.write(rest[: hub.drop_after.pop(0)])
                self.close_connection = True
                return
            for at in range(0, len(rest), 65536):
                if hub.pause:
                    time.sleep(hub.pause)
                try:
                    self.wfile.write(rest[at : at + 65536])
                except OSError:  # the other side has cancelled
                    self.close_connection = True
                    return

    return Handler


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    """Serve on a free port of this machine; `hub.url` is where."""
    os.environ[offline.HUB] = "1"
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        del os.environ[offline.HUB]
