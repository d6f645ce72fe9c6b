"""Encoders: turning pixels and words into vectors."""
