"""Version 1: the first tables."""

import sqlalchemy as sa
from alembic import op


def upgrade() -> None:
    """Make every table of version 1 in an empty database."""
    op.create_table(
        "alembic_version",
        sa.Column("version_num", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("version_num", name=op.f("pk_alembic_version")),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.create_table(
        "folders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("excludes", sa.JSON(), nullable=False),
        sa.Column("last_scan", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_folders")),
        sa.UniqueConstraint("path", name=op.f("uq_folders_path")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "models",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("dim", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_models")),
        sa.UniqueConstraint("key", name=op.f("uq_models_key")),
    )
    op.create_table(
        "photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("live", sa.SmallInteger(), nullable=False),
        sa.Column("pair_of", sa.Integer(), nullable=True),
        sa.Column("sort_at", sa.String(length=32), nullable=False),
        sa.Column("taken_at", sa.String(length=32), nullable=True),
        sa.Column("taken_offset", sa.Integer(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("orientation", sa.Integer(), nullable=False),
        sa.Column("camera", sa.Text(), nullable=True),
        sa.Column("lens", sa.Text(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("altitude", sa.Float(), nullable=True),
        sa.Column("rating", sa.SmallInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("orphaned_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["pair_of"], ["photos.id"], name=op.f("fk_photos_pair_of"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photos")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_photos_content_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_photos_camera"), "photos", ["camera"], unique=False)
    op.create_index(
        op.f("ix_photos_live_pair_of_sort_at_id"), "photos", ["live", "pair_of", "sort_at", "id"], unique=False
    )
    op.create_index(op.f("ix_photos_orphaned_at"), "photos", ["orphaned_at"], unique=False)
    op.create_index(op.f("ix_photos_pair_of"), "photos", ["pair_of"], unique=False)
    op.create_index(op.f("ix_photos_size_content_hash"), "photos", ["size", "content_hash"], unique=False)
    op.create_table(
        "state",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_state")),
    )
    op.create_table(
        "directories",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("folder_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["folder_id"], ["folders.id"], name=op.f("fk_directories_folder_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directories")),
        sa.UniqueConstraint("folder_id", "path", name=op.f("uq_directories_folder_id_path")),
    )
    op.create_table(
        "embeddings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("textness", sa.Float(), nullable=True),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_embeddings_model_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], name=op.f("fk_embeddings_photo_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embeddings")),
        sa.UniqueConstraint("model_id", "photo_id", name=op.f("uq_embeddings_model_id_photo_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_embeddings_photo_id"), "embeddings", ["photo_id"], unique=False)
    op.create_table(
        "keywords",
        sa.Column("photo_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("keyword", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], name=op.f("fk_keywords_photo_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("photo_id", "position", name=op.f("pk_keywords")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_keywords_folded_photo_id"), "keywords", ["folded", "photo_id"], unique=False)
    op.create_table(
        "tags",
        sa.Column("photo_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], name=op.f("fk_tags_photo_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("photo_id", "folded", name=op.f("pk_tags")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_tags_folded_state_photo_id"), "tags", ["folded", "state", "photo_id"], unique=False)
    op.create_table(
        "files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("directory_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.Column("suffix", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("sidecar_mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["directory_id"], ["directories.id"], name=op.f("fk_files_directory_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], name=op.f("fk_files_photo_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("directory_id", "name", name=op.f("uq_files_directory_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_files_directory_id_stem"), "files", ["directory_id", "stem"], unique=False)
    op.create_index(op.f("ix_files_photo_id"), "files", ["photo_id"], unique=False)
    op.create_index(op.f("ix_files_state"), "files", ["state"], unique=False)
    op.create_index(op.f("ix_files_suffix"), "files", ["suffix"], unique=False)
    op.execute("INSERT INTO counters (name, value) VALUES ('revision', 1)")
