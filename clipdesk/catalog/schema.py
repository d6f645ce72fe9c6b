"""The tables of a catalogue, as the newest version of clipdesk has them.

Portable SQL: nothing here is special to one database. A change here needs a migration (`catalog.migrations`), a higher
`SCHEMA_VERSION` and, once released, a stored database of the old version in the tests.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = 2

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

alembic_version = Table(
    "alembic_version",
    metadata,
    Column("version_num", String(32), primary_key=True, nullable=False),
)
"""Alembic's own bookkeeping: one row, the schema version as four digits."""

state = Table(
    "state",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", JSON, nullable=False),
)
"""Small values by name: calibrations, the index generation, who wrote the library last."""

counters = Table(
    "counters",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""`revision` grows with every transaction that changes what search can see."""

folders = Table(
    "folders",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("path", Text, nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    Column("device", Text),
    Column("excludes", JSON, nullable=False),
    Column("last_scan", String(32)),
    sqlite_autoincrement=True,
)
"""Root folders. Times are ISO 8601."""

directories = Table(
    "directories",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("folder_id", Integer, ForeignKey("folders.id", ondelete="CASCADE"), nullable=False),
    Column("path", Text, nullable=False),
    UniqueConstraint("folder_id", "path"),
)
"""Directories that hold photos, relative to their root folder, "" for the root itself; see `names.encode_path`."""

photos = Table(
    "photos",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("content_hash", String(64), nullable=False, unique=True),
    Column("size", BigInteger, nullable=False),
    Column("live", SmallInteger, nullable=False),
    Column("pair_of", Integer, ForeignKey("photos.id", ondelete="SET NULL")),
    Column("sort_at", String(32), nullable=False),
    Column("taken_at", String(32)),
    Column("taken_offset", Integer),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("orientation", Integer, nullable=False),
    Column("camera", Text),
    Column("lens", Text),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("altitude", Float),
    Column("rating", SmallInteger),
    Column("title", Text),
    Column("orphaned_at", String(32)),
    Index(None, "live", "pair_of", "sort_at", "id"),
    Index(None, "pair_of"),
    Index(None, "size", "content_hash"),
    Index(None, "camera"),
    Index(None, "orphaned_at"),
    sqlite_autoincrement=True,
)
"""One row per content. `live`: 1 when an indexed file holds it. `pair_of`: for the RAW half of a shot, the other half.

`taken_at` is local naive ISO 8601 time, `taken_offset` its distance from UTC in minutes where known. `sort_at` is
`taken_at`, or else the local modification time of the file that was read. `orphaned_at` is UTC, set while not live.
Ids are never used again: a stale search index must not name another photo.
"""

files = Table(
    "files",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("directory_id", Integer, ForeignKey("directories.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("stem", Text, nullable=False),
    Column("suffix", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("sidecar_mtime_ns", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("photo_id", Integer, ForeignKey("photos.id")),
    Column("reason", Text),
    UniqueConstraint("directory_id", "name"),
    Index(None, "directory_id", "stem"),
    Index(None, "photo_id"),
    Index(None, "state"),
    Index(None, "suffix"),
    sqlite_autoincrement=True,
)
"""Photo files. `stem` and `suffix` are folded (`names.fold`); joined they are the folded name."""

keywords = Table(
    "keywords",
    metadata,
    Column("photo_id", Integer, ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("keyword", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Index(None, "folded", "photo_id"),
    sqlite_with_rowid=False,
)
"""Keywords that the files themselves carry."""

tags = Table(
    "tags",
    metadata,
    Column("photo_id", Integer, ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("folded", Text, primary_key=True),
    Column("tag", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Index(None, "folded", "state", "photo_id"),
    sqlite_with_rowid=False,
)
"""What the user said of suggested tags: accepted or rejected."""

views = Table(
    "views",
    metadata,
    Column("photo_id", Integer, ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
)
"""How often a photo was opened or looked at in large: those come first when another model reads the photos."""

models = Table(
    "models",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("dim", Integer, nullable=False),
)
"""Models that embeddings were made with, by `EncoderInfo.key`."""

embeddings = Table(
    "embeddings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("photo_id", Integer, ForeignKey("photos.id", ondelete="CASCADE"), nullable=False),
    Column("model_id", Integer, ForeignKey("models.id", ondelete="CASCADE"), nullable=False),
    Column("textness", Float),
    Column("vector", LargeBinary, nullable=False),
    UniqueConstraint("model_id", "photo_id"),
    Index(None, "photo_id"),
    sqlite_autoincrement=True,
)
"""One unit vector per photo and model, little-endian float16 bytes. Ids only grow, so "newer than" is one number."""
