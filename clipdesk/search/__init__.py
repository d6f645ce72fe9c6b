"""Search: answering questions over the catalogue, the vector index and an encoder."""
