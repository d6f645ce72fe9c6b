"""Downloading from a server that speaks the hub's protocol: whole, interrupted, slow, wrong, away."""

import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from clipdesk.core.errors import CancelledError, ModelError
from clipdesk.models import hub
from tests.models.hub_server import COMMIT, Hub, serving

WEIGHTS = "open_clip_model.safetensors"
CONTENT = np.random.default_rng(0).bytes(1_500_000)
BY_HAND = "Or put the files there yourself."


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    made = Hub({"open_clip_config.json": b'{"model_cfg": {}}', WEIGHTS: CONTENT, "README.md": b"hello"}, {WEIGHTS})
    with serving(made):
        monkeypatch.setenv("HF_ENDPOINT", made.url)
        monkeypatch.setattr("time.sleep", lambda _: None)  # the library's waits between tries
        yield made


def wanted(server: Hub) -> list[hub.HubFile]:
    listed = hub.list_files(server.repository, BY_HAND)
    return [file for file in listed if file.name != "README.md"]


def fetch(server: Hub, folder: Path, seen: list[tuple[int, int]] | None = None, stop_at: int | None = None) -> None:
    told = seen if seen is not None else []
    hub.fetch(
        wanted(server),
        folder,
        BY_HAND,
        lambda here, total: told.append((here, total)),
        lambda: stop_at is not None and bool(told) and told[-1][0] >= stop_at,
    )


def test_files_are_listed_with_sizes_and_checksums(server: Hub) -> None:
    listed = {file.name: file for file in hub.list_files(server.repository, BY_HAND)}
    assert listed[WEIGHTS].size == len(CONTENT)
    assert listed[WEIGHTS].sha256 is not None
    assert listed["README.md"].sha256 is None
    assert listed["README.md"].git_sha1 is not None
    assert {file.revision for file in listed.values()} == {COMMIT}


def test_files_arrive_whole_with_progress(server: Hub, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    fetch(server, tmp_path, seen)
    assert (tmp_path / WEIGHTS).read_bytes() == CONTENT
    assert sorted(file.name for file in tmp_path.iterdir()) == ["open_clip_config.json", WEIGHTS]
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1] == len(CONTENT) + len(server.files["open_clip_config.json"])
    assert len(seen) > 5


def test_a_dropped_connection_is_resumed(server: Hub, tmp_path: Path) -> None:
    server.drop_after = [400_000, 300_000]
    fetch(server, tmp_path)
    assert (tmp_path / WEIGHTS).read_bytes() == CONTENT
    assert len(server.ranges()) == 2


def test_a_cancelled_download_goes_on_where_it_was(server: Hub, tmp_path: Path) -> None:
    with pytest.raises(CancelledError):
        fetch(server, tmp_path, stop_at=500_000)
    (part,) = tmp_path.glob("*.part")
    size = part.stat().st_size
    assert 0 < size < len(CONTENT)
    fetch(server, tmp_path)
    assert (tmp_path / WEIGHTS).read_bytes() == CONTENT
    assert server.ranges() == [f"bytes={size}-"]
    assert not list(tmp_path.glob("*.part"))


def test_a_server_without_ranges_begins_again(server: Hub, tmp_path: Path) -> None:
    with pytest.raises(CancelledError):
        fetch(server, tmp_path, stop_at=500_000)
    server.ignores_ranges = True
    fetch(server, tmp_path)
    assert (tmp_path / WEIGHTS).read_bytes() == CONTENT


def test_a_busy_hub_is_asked_again(server: Hub, tmp_path: Path) -> None:
    files = wanted(server)
    server.busy = 2
    hub.fetch(files, tmp_path, BY_HAND, lambda *_: None, lambda: False)
    assert (tmp_path / WEIGHTS).read_bytes() == CONTENT


def test_a_hub_that_stays_busy_is_told(server: Hub, tmp_path: Path) -> None:
    files = wanted(server)
    server.busy = 1000
    with pytest.raises(ModelError, match="too many requests") as told:
        hub.fetch(files, tmp_path, BY_HAND, lambda *_: None, lambda: False)
    assert BY_HAND in told.value.hint


@pytest.mark.parametrize("name", [WEIGHTS, "open_clip_config.json"])
def test_other_bytes_than_promised_are_refused(server: Hub, tmp_path: Path, name: str) -> None:
    server.broken = {name}
    with pytest.raises(ModelError, match="checksum"):
        fetch(server, tmp_path)
    assert not (tmp_path / name).exists()
    assert not list(tmp_path.glob("*.part"))
    server.broken = set()
    fetch(server, tmp_path)
    assert (tmp_path / name).read_bytes() == server.files[name]


def test_a_slow_line_can_be_cancelled(server: Hub, tmp_path: Path) -> None:
    files = wanted(server)
    server.drop_after = [70_000] * 50
    told: list[int] = []
    with pytest.raises(CancelledError):
        hub.fetch(files, tmp_path, BY_HAND, lambda here, _: told.append(here), lambda: len(told) > 2)


def test_a_repository_that_is_gone_is_told(server: Hub) -> None:
    with pytest.raises(ModelError, match="does not have someone/other") as told:
        hub.list_files("someone/other", BY_HAND)
    assert told.value.hint == BY_HAND


def test_no_connection_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(ModelError, match="cannot be reached") as told:
            hub.list_files("someone/model", BY_HAND)
    assert BY_HAND in told.value.hint


def test_nothing_about_the_user_is_sent(server: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    fetch(server, tmp_path)
    assert server.headers
    for headers in server.headers:
        values = " ".join(f"{key}: {value}" for key, value in headers.items()).lower()
        assert "authorization" not in values
        assert "hf_secret" not in values
        assert "torch" not in values


def test_models_loaded_at_the_same_time_leave_the_hub_usable(server: Hub) -> None:
    first, second = hub.offline(), hub.offline()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    with pytest.raises(ModelError, match="switched off"):
        wanted(server)
    second.__exit__(None, None, None)
    assert wanted(server)


def test_offline_mode_opens_no_connection(server: Hub) -> None:
    with hub.offline(), pytest.raises(ModelError, match="switched off"):
        hub.list_files(server.repository, BY_HAND)
    assert not server.asked
    assert hub.list_files(server.repository, BY_HAND)
