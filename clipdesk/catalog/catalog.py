"""The catalogue of a library: every transaction and query, through one store for each kind of thing."""

from collections.abc import Sequence

from sqlalchemy import select

from clipdesk.catalog.bookkeeping import REVISION
from clipdesk.catalog.commit import FileResult, write_batch
from clipdesk.catalog.database import Database
from clipdesk.catalog.embeddings import EmbeddingRows, EmbeddingStore
from clipdesk.catalog.files import FileStore
from clipdesk.catalog.folders import FolderStore
from clipdesk.catalog.listing import Listing
from clipdesk.catalog.owed_sidecars import OwedSidecars
from clipdesk.catalog.photos import PhotoStore
from clipdesk.catalog.schema import counters
from clipdesk.catalog.state import StateStore
from clipdesk.catalog.tags import TagState, TagStore
from clipdesk.catalog.values import ValueStore
from clipdesk.catalog.views import ViewStore

__all__ = ["Catalog", "EmbeddingRows", "FileResult", "TagState"]


class Catalog:
    """The truth about a library. Returns entities, never database rows; safe to use from several threads.

    Every method may raise `UserError` for a full disk, a damaged file or (when writing) a library opened for reading.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.folders = FolderStore(database)
        self.files = FileStore(database)
        self.photos = PhotoStore(database)
        self.embeddings = EmbeddingStore(database)
        self.tags = TagStore(database)
        self.owed_sidecars = OwedSidecars(database)
        self.state = StateStore(database)
        self.values = ValueStore(database)
        self.listing = Listing(database)
        self.views = ViewStore(database)

    def revision(self) -> int:
        """Return a number that grows with every transaction that changes what search can see."""
        with self.database.read() as connection:
            return connection.execute(select(counters.c.value).where(counters.c.name == REVISION)).scalar_one()

    def commit_batch(self, results: Sequence[FileResult], model_key: str) -> None:
        """Write what one batch of indexing found, in one transaction: all of it or, when killed, nothing."""
        with self.database.write() as connection:
            write_batch(connection, results, model_key)

    def close(self) -> None:
        """Close every connection."""
        self.database.close()
