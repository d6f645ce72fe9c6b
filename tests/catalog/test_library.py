"""Opening libraries: one writer, many readers, killed writers, newer and older versions."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from indexing.dropped_rights import ordinary_user, public_folder
from sqlalchemy import Connection, Engine, event

from clipdesk.catalog import schema, versions
from clipdesk.catalog.health import check
from clipdesk.catalog.library import CATALOG_FILE, Library, open_library
from clipdesk.catalog.remembered import remembered
from clipdesk.core.errors import LibraryBusyError, LibraryError, LibraryTooNewError

from .making import MODEL, fill, ids, result

Start = Callable[[Path, str], "subprocess.Popen[str]"]


@pytest.fixture
def start_writer() -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def start(folder: Path, task: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("writer_process.py")), str(folder), task],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_missing_library_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"no library.*clipdesk index FOLDER"):
        open_library(tmp_path / "none", write=False)
    with pytest.raises(LibraryError, match="no library"):
        open_library(tmp_path / "none", write=True)
    assert not (tmp_path / "none").exists()


def test_other_process_has_it_and_is_killed(tmp_path: Path, start_writer: Start) -> None:
    process = start_writer(tmp_path, "wait")
    with pytest.raises(LibraryBusyError, match=rf"in use by another clipdesk \(process {process.pid} on"):
        open_library(tmp_path, write=True)
    with open_library(tmp_path, write=False) as reader:
        assert [folder.path for folder in reader.catalog.folders.all()] == [tmp_path / "photos"]
        assert not reader.writer
        with pytest.raises(LibraryError, match="reading only"):
            reader.catalog.state.set("key", 1)
    process.kill()
    process.wait()
    with open_library(tmp_path, write=True) as library:
        assert library.writer
        assert library.catalog.folders.all()


def test_same_process_twice(library: Library) -> None:
    with pytest.raises(LibraryBusyError, match=f"process {os.getpid()} "):
        open_library(library.folder, write=True)


@pytest.mark.parametrize("seen", [1, 7])
def test_killed_between_commits_loses_nothing(tmp_path: Path, start_writer: Start, seen: int) -> None:
    process = start_writer(tmp_path, "commit")
    assert process.stdout is not None
    with open_library(tmp_path, write=False) as reader:
        before = reader.catalog.revision()
        told = [process.stdout.readline() for _ in range(seen)][-1]
        # A reader that was open before sees what another process commits.
        assert reader.catalog.revision() > before
        process.kill()
        told = (process.stdout.read().split() or [told])[-1]
        # Its output ends before its lock does.
        process.wait()
    with open_library(tmp_path, write=False) as reader:
        assert check(reader.catalog) == []
    with open_library(tmp_path, write=True) as library:
        assert check(library.catalog) == []
        counts = library.catalog.files.counts()
        # Whole batches only, and at least every one that was reported.
        assert counts["indexed"] % 32 == 0
        assert counts["indexed"] >= (int(told) + 1) * 32
        assert counts["photos"] == counts["indexed"] == library.catalog.embeddings.models()["model"]


def test_only_what_the_user_said_waits_for_the_disk(library: Library, tmp_path: Path) -> None:
    """A power cut takes no accepted tag; what else it takes of the last moment, the next index run finds again."""
    levels: list[int] = []

    def look(connection: Connection) -> None:
        levels.append(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())

    event.listen(Engine, "commit", look)
    try:
        fill(library.catalog, tmp_path)
        levels.clear()
        library.catalog.tags.set_state(ids(library.catalog, 1), "Dog", "accepted")
        assert max(levels) == 2
        levels.clear()
        library.catalog.state.set("key", 1)
        assert levels == [1]
    finally:
        event.remove(Engine, "commit", look)


def test_what_a_killed_writer_left_half_done_is_put_right(tmp_path: Path) -> None:
    with open_library(tmp_path, write=True, create=True) as library:
        library.catalog.folders.add(tmp_path / "photos")
        library.back_up()
    # Killed before it had noted a folder that the catalogue has, while it copied, wrote an index and repaired.
    (tmp_path / "folders.json").write_bytes(b"\xff no JSON")
    (tmp_path / "repair-x").mkdir()
    for name in ("folders.json.part", "in-flight.new", "catalog.sqlite.new-wal", "backups/catalog-1.sqlite.part-wal"):
        (tmp_path / name).write_text("half")
    open_library(tmp_path, write=True).close()
    assert [Path(one.path) for one in remembered(tmp_path) or []] == [tmp_path / "photos"]
    left = {path.name for path in tmp_path.iterdir()}
    assert left <= {CATALOG_FILE, "backups", "folders.json", "writer.lock"}
    assert len(list((tmp_path / "backups").iterdir())) == 1


def test_newer_library_is_refused_and_left_alone(library: Library) -> None:
    library.catalog.state.set("written_by", "9.8.7")
    folder, file = library.folder, library.folder / CATALOG_FILE
    library.close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
        connection.commit()
    content = file.read_bytes()
    for write in (True, False):
        with pytest.raises(LibraryTooNewError, match=r"clipdesk 9\.8\.7 .*version 99.*this is clipdesk .*version 2"):
            open_library(folder, write=write)
    assert file.read_bytes() == content


def test_damaged_and_foreign_files(tmp_path: Path) -> None:
    (tmp_path / CATALOG_FILE).write_bytes(b"no database at all" * 1000)
    for write in (True, False):
        with pytest.raises(LibraryError, match="damaged"):
            open_library(tmp_path, write=write)
    (tmp_path / CATALOG_FILE).unlink()
    with closing(sqlite3.connect(tmp_path / CATALOG_FILE)) as connection:
        connection.execute("CREATE TABLE other (id)")
    with pytest.raises(LibraryError, match="another program"):
        open_library(tmp_path, write=True)
    with pytest.raises(LibraryError, match="is a file"):
        open_library(tmp_path / CATALOG_FILE, write=True, create=True)


@pytest.mark.parametrize("version", range(1, schema.SCHEMA_VERSION + 1))
def test_stored_library_of_every_version_opens(tmp_path: Path, version: int) -> None:
    shutil.copyfile(Path(__file__).with_name("stored") / f"version-{version}.sqlite", tmp_path / CATALOG_FILE)
    with open_library(tmp_path, write=False) as reader:
        assert reader.catalog.files.counts()["indexed"] == 6
    with open_library(tmp_path, write=True) as library:
        assert check(library.catalog) == []
        (photo_id,) = ids(library.catalog, 1)
        photo = library.catalog.photos.get([photo_id])[photo_id]
        assert photo.metadata.keywords == ("Straße", "Strand")
        assert [path.name for path in photo.paired_paths] == ["IMG_1.CR2"]
        assert library.catalog.embeddings.read(MODEL).vectors.shape == (5, 8)
        assert library.catalog.state.get("calibration") == {"midpoint": 0.5, "names": ["ä"]}
        assert library.catalog.tags.of(photo_id) == {"strand": "rejected"}
        root = library.catalog.folders.all()[0]
        assert "odd/name\udcff\udc80.png" in library.catalog.files.known(root.id)
        library.catalog.commit_batch([result(root.id, "new.jpg", 9)], MODEL)
        assert library.catalog.files.counts()["photos"] == 6


def test_readers_are_free_while_a_rollback_journal_is_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def network(_: Path) -> bool:
        return True

    monkeypatch.setattr("clipdesk.catalog.database.is_network", network)
    with open_library(tmp_path, write=True, create=True) as library:
        fill(library.catalog, tmp_path / "photos")
        with library.catalog.database.write() as connection:
            connection.exec_driver_sql("UPDATE counters SET value = value + 1")
            # The journal of a transaction that goes on looks like that of an interrupted one.
            assert (tmp_path / f"{CATALOG_FILE}-journal").stat().st_size > 0
            with open_library(tmp_path, write=False) as reader:
                assert reader.catalog.files.counts()["indexed"] == 6


def test_a_library_that_another_process_upgrades_is_told(library: Library) -> None:
    with library.catalog.database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(LibraryBusyError, match=r"being upgraded by another clipdesk\. Try again in a moment"):
        open_library(library.folder, write=False)


def test_a_library_of_another_user_is_told() -> None:
    with public_folder() as public:
        folder = public / "private" / "library"
        open_library(folder, write=True, create=True).close()
        folder.parent.chmod(0o700)
        with ordinary_user():
            for write in (True, False):
                with pytest.raises(LibraryError, match=r"cannot be read \(Permission denied\)\. Check its permissions"):
                    open_library(folder, write=write)


def _shape(file: Path) -> dict[str, object]:
    """Everything about the tables but the order in which constraints were written down."""
    shape: dict[str, object] = {}
    with closing(sqlite3.connect(file)) as connection:
        tables = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
        for table, sql in tables:
            indices = connection.execute(f"PRAGMA index_list({table})").fetchall()
            shape[table] = (
                connection.execute(f"PRAGMA table_xinfo({table})").fetchall(),
                sorted(row[2:] for row in connection.execute(f"PRAGMA foreign_key_list({table})")),
                sorted(
                    (row[2:5], [one[1:] for one in connection.execute(f"PRAGMA index_xinfo({row[1]})")])
                    for row in indices
                ),
                sorted(row[1] for row in indices if row[3] == "c"),
                "AUTOINCREMENT" in sql,
                "WITHOUT ROWID" in sql,
            )
        shape["rows"] = connection.execute("SELECT * FROM alembic_version, counters").fetchall()
    return shape


def test_all_migrations_equal_a_new_library(library: Library, tmp_path: Path) -> None:
    from clipdesk.catalog.database import Database

    database = Database(tmp_path / "stepwise.sqlite", write=True)
    versions.upgrade(database, 0)
    with database.read() as connection:
        assert versions.version_of(connection) == schema.SCHEMA_VERSION
    database.close()
    stepwise, at_once = _shape(tmp_path / "stepwise.sqlite"), _shape(library.catalog.database.file)
    assert len(at_once) > 10
    assert stepwise == at_once


def test_steps_are_backed_up_and_undone_when_they_fail(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic import op
    from sqlalchemy import Column, Integer

    from clipdesk.catalog import migrations

    def good() -> None:
        op.add_column("folders", Column("extra", Integer))

    def bad() -> None:
        op.add_column("folders", Column("never", Integer))
        raise RuntimeError("step failed")

    monkeypatch.setattr(schema, "SCHEMA_VERSION", 4)
    monkeypatch.setattr(migrations, "step_to", {3: good, 4: bad}.__getitem__)
    with pytest.raises(RuntimeError, match="step failed"):
        versions.upgrade(library.catalog.database, 2)
    with library.catalog.database.read() as connection:
        assert versions.version_of(connection) == 3
        names = {row[1] for row in connection.exec_driver_sql("PRAGMA table_info(folders)")}
    assert "extra" in names
    assert "never" not in names
    backups = sorted((library.folder / "backups").iterdir())
    assert [path.name.rpartition("version-")[2] for path in backups] == ["2.sqlite", "3.sqlite"]
    with closing(sqlite3.connect(backups[0])) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0002",)


def test_three_backups_are_kept(library: Library, tmp_path: Path) -> None:
    fill(library.catalog, tmp_path / "photos")
    made = [library.back_up() for _ in range(5)]
    assert sorted((library.folder / "backups").iterdir()) == made[2:]
    with closing(sqlite3.connect(made[-1])) as connection:
        assert connection.execute("SELECT count(*) FROM files").fetchone() == (7,)


def test_opening_imports_nothing_heavy(library: Library) -> None:
    folder = library.folder
    library.close()
    code = (
        "import sys; from pathlib import Path; from clipdesk.catalog.library import open_library\n"
        "open_library(Path(sys.argv[1]), write=False).catalog.revision()\n"
        "print([name for name in ('alembic', 'sqlalchemy.orm', 'psutil', 'torch', 'PIL') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("network", "mode", "synchronous"), [(False, "wal", 1), (True, "delete", 2)])
def test_journal_suits_the_file_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, network: bool, mode: str, synchronous: int
) -> None:
    monkeypatch.setattr("clipdesk.catalog.database.is_network", lambda _folder: network)
    with open_library(tmp_path, write=True, create=True) as library, open_library(tmp_path, write=False) as reader:
        with library.catalog.database.write() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == mode
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == synchronous
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
        before = reader.catalog.revision()
        fill(library.catalog, tmp_path / "photos")
        assert reader.catalog.revision() > before
