"""The worker: the one owner of catalogue, index and encoders, in its own process or inside the command line."""
