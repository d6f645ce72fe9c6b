"""The catalogue: the library's source of truth, in SQLite through SQLAlchemy."""
