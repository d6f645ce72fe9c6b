"""Reads JSON and TOML that anybody may have written: whatever is wrong with it is a ValueError."""

import json
import tomllib
from typing import Any

_MOST_DOTS = 500
"""In a line: lists of patterns hold some, too."""


def parse_json(text: str | bytes) -> Any:
    """Parse JSON. Raises ValueError, also where it is nested so deeply that `json` gives up with a RecursionError."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None


def parse_toml(text: str) -> dict[str, Any]:
    """Parse TOML. Raises ValueError, also where `tomllib` gives up with a RecursionError, or would take minutes.

    Its time grows with the square of a dotted key's length.
    """
    if any(line.count(".") > _MOST_DOTS for line in text.splitlines()):
        raise ValueError("the TOML is nested too deeply")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("the TOML is nested too deeply") from None
