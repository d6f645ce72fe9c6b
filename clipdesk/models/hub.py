"""The Hugging Face hub: the one place where clipdesk opens a connection, and only when a model is being installed.

Nothing about the user is sent: no token, no telemetry, no library versions.
"""

import contextlib
import hashlib
import logging
import os
import re
import threading
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from clipdesk.core.errors import CancelledError, ModelError

_log = logging.getLogger(__name__)
_HUB = "https://huggingface.co"
_CHUNK = 1 << 18
"""Bytes between two looks at whether the user has cancelled; a slow line must not delay it."""
_TIMEOUT = 20.0
_SHA256 = re.compile(r"[0-9a-f]{64}")
Progress = Callable[[int, int], None]
"""Called with the bytes that are there and the bytes in all."""


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of a repository at one revision; `sha256` where the hub tells it (large files), else `git_sha1`."""

    repository: str
    revision: str
    name: str
    size: int
    sha256: str | None = None
    git_sha1: str | None = None


def endpoint() -> str:
    """Where the hub is: `HF_ENDPOINT` names a mirror."""
    return (os.environ.get("HF_ENDPOINT") or _HUB).rstrip("/")


@contextlib.contextmanager
def offline() -> Generator[None]:
    """Keep the hub's library (which open_clip uses) from opening any connection while a model is loaded."""
    _offline_mode.enter(_constants())
    try:
        yield
    finally:
        _offline_mode.leave(_constants())


class _OfflineMode:
    """The hub's switch for the whole process, while models are loaded: several at once, in threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loading = 0
        self._usual = False

    def enter(self, constants: Any) -> None:
        with self._lock:
            if not self._loading:
                self._usual = constants.HF_HUB_OFFLINE
            self._loading += 1
            constants.HF_HUB_OFFLINE = True

    def leave(self, constants: Any) -> None:
        with self._lock:
            self._loading -= 1
            if not self._loading:
                constants.HF_HUB_OFFLINE = self._usual


_offline_mode = _OfflineMode()


def list_files(repository: str, manual: str) -> list[HubFile]:
    """Ask the hub for the files of a repository's newest revision.

    `manual` is what the user can do without the hub. Raises ModelError when the hub cannot be asked.
    """
    _constants()
    from huggingface_hub import HfApi

    with _told(repository, manual):
        info = HfApi(endpoint=endpoint(), token=False).model_info(repository, files_metadata=True, timeout=_TIMEOUT)
    return [
        HubFile(
            repository,
            info.sha or "main",
            entry.rfilename,
            entry.size or 0,
            entry.lfs.sha256 if entry.lfs else None,
            entry.blob_id,
        )
        for entry in info.siblings or ()
    ]


def fetch(
    wanted: Sequence[HubFile], folder: Path, manual: str, progress: Progress, cancelled: Callable[[], bool]
) -> None:
    """Download files into `folder`, going on where an earlier try was interrupted; each is verified, then renamed.

    A file that is being fetched is called NAME.REVISION.part. Raises ModelError when the hub cannot be asked, answers
    with other bytes than it promised or the disk is full, and CancelledError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    total, done = sum(file.size for file in wanted), 0
    for file in wanted:
        target = folder / Path(file.name).name
        if not target.is_file():
            before = done

            def tell(here: int, before: int = before) -> None:
                if cancelled():
                    raise CancelledError
                progress(before + here, total)

            with _told(file.repository, manual):
                _fetch_one(file, target, tell)
        done += file.size
        progress(done, total)


def _fetch_one(file: HubFile, target: Path, tell: Callable[[int], None]) -> None:
    """Append to the part that is there. The library's own function resumes only within one process."""
    constants = _constants()
    import huggingface_hub
    from huggingface_hub import file_download

    # Annotated with types of tqdm that are of no known kind.
    metadata_of, http_get = cast("Any", huggingface_hub).get_hf_file_metadata, cast("Any", file_download).http_get
    constants.DOWNLOAD_CHUNK_SIZE = _CHUNK
    part = target.with_name(f"{target.name}.{file.revision[:12]}.part")
    url = huggingface_hub.hf_hub_url(file.repository, file.name, revision=file.revision, endpoint=endpoint())
    metadata = metadata_of(url, token=False, timeout=_TIMEOUT, endpoint=endpoint(), retry_on_errors=True)
    with part.open("ab") as handle:
        here = handle.tell()
        if file.size and here > file.size:
            handle.truncate(0)
            here = 0
        tell(here)
        http_get(
            metadata.location,
            handle,
            resume_size=here,
            headers={"Accept-Encoding": "identity"},
            expected_size=file.size or metadata.size,
            tqdm_class=_bar(tell),
        )
    if not _is_whole(part, file, metadata.etag):
        part.unlink()
        raise ModelError(
            f"The download of {file.name} is damaged: its checksum is not the one that the hub tells", "Try again."
        )
    part.replace(target)


def _bar(tell: Callable[[int], None]) -> type:
    """What the library takes for a progress bar."""

    class Bar:
        def __init__(self, *_: Any, initial: int = 0, **__: Any) -> None:
            self.n = initial

        def __enter__(self) -> "Bar":
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def update(self, n: float | None = 1) -> None:
            self.n += int(n or 0)
            tell(self.n)

        def close(self) -> None:
            pass

    return Bar


def _is_whole(part: Path, file: HubFile, etag: str | None) -> bool:
    """Compare with the checksum that the hub tells: SHA-256 of large files, git's SHA-1 of small ones."""
    expected = file.sha256 or (etag if etag and _SHA256.fullmatch(etag) else None)
    if expected:
        with part.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest() == expected
    content = part.read_bytes()
    if file.git_sha1:
        blob = b"blob %d\0" % len(content) + content
        return hashlib.sha1(blob, usedforsecurity=False).hexdigest() == file.git_sha1
    return len(content) == file.size


def _constants() -> Any:
    """The library's constants. Its telemetry, its look for updates and its progress bars are switched off."""
    os.environ.setdefault("HF_HUB_DISABLE_UPDATE_CHECK", "1")
    from huggingface_hub import constants

    # Set here as well as in the environment: open_clip may have imported the library before.
    constants.HF_HUB_DISABLE_TELEMETRY = True
    constants.HF_HUB_DISABLE_PROGRESS_BARS = True
    return constants


@contextlib.contextmanager
def _told(repository: str, manual: str) -> Generator[None]:
    """Turn the errors of the connection into one line with a way on."""
    import httpx2
    from huggingface_hub.errors import (
        EntryNotFoundError,
        HfHubHTTPError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
    )

    try:
        yield
    except (RepositoryNotFoundError, EntryNotFoundError) as error:
        _log.warning("the hub does not have it: %s", type(error).__name__)
        raise ModelError(f"{endpoint()} does not have {repository} (any more)", manual) from error
    except OfflineModeIsEnabled as error:
        raise ModelError("Downloads are switched off here (HF_HUB_OFFLINE)", manual) from error
    except HfHubHTTPError as error:
        status = error.response.status_code
        _log.warning("the hub answered %s", status)
        what = "asks to wait (too many requests)" if status == 429 else f"answered with an error ({status})"
        raise ModelError(f"{endpoint()} {what}", f"Try again later. {manual}") from error
    except (httpx2.HTTPError, httpx2.InvalidURL, ConnectionError) as error:
        _log.warning("no connection: %s", type(error).__name__)
        raise ModelError(f"{endpoint()} cannot be reached", f"Try again when connected. {manual}") from error
    except OSError as error:
        if "Consistency check failed" in str(error):
            raise ModelError(f"{endpoint()} sent fewer bytes than it promised", "Try again.") from error
        raise
