"""Version 2: how often photos were looked at."""

import sqlalchemy as sa
from alembic import op


def upgrade() -> None:
    """Make the table of views."""
    op.create_table(
        "views",
        sa.Column("photo_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], name=op.f("fk_views_photo_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_views")),
    )
