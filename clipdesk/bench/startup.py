"""How long commands take from a cold process: what a user waits for at the prompt."""

import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

from clipdesk.bench.table import Measurement

HELP_SECONDS, SEARCH_SECONDS = 0.4, 0.7


def measure_help(runs: int) -> Measurement:
    """`clipdesk --help` in a new process."""
    return _measure("clipdesk --help", ["--help"], runs, HELP_SECONDS)


def measure_search(library: Path, photos: int, runs: int) -> Measurement:
    """A search in a new process: start, open the library, load the model, encode the words, answer."""
    arguments = ["--library", str(library), "search", "a dog on the beach", "--json"]
    return _measure(f"cold clipdesk search, {photos:,} photos", arguments, runs, SEARCH_SECONDS)


def _measure(name: str, arguments: list[str], runs: int, target: float) -> Measurement:
    taken: list[float] = []
    for _ in range(runs + 1):
        start = perf_counter()
        done = subprocess.run([sys.executable, "-m", "clipdesk", *arguments], capture_output=True, check=False)
        taken.append(perf_counter() - start)
        if done.returncode:
            raise RuntimeError(f"{name} failed: {done.stderr.decode(errors='replace')[-300:]}")
    taken = taken[1:]  # The first run may have to read files from the disk and to compile modules.
    note = f"median of {runs} processes, least {min(taken):.2f} s"
    return Measurement(name, median(taken), "s", at_most=target, note=note)
