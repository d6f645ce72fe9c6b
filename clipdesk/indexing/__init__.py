"""Indexing: keeping the library true to the photo folders."""
