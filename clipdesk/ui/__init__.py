"""The window: PySide6 only; talks to the worker through `core.messages`."""
