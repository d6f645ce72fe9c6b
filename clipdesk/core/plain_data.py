"""Reads JSON and TOML that anybody may have written: whatever is wrong with it is a ValueError."""

import json
import tomllib
from typing import Any


def parse_json(text: str | bytes) -> Any:
    """Parse JSON. Raises ValueError, also where it is nested so deeply that `json` gives up with a RecursionError."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None


def parse_toml(text: str) -> dict[str, Any]:
    """Parse TOML. Raises ValueError, also where `tomllib` gives up with a RecursionError."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("the TOML is nested too deeply") from None
