"""Damages files at random, the same way again for the same number: every input of a fuzzing run is its seed."""

import random
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_WIDE = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_FORMATS = ("<H", ">H", "<I", ">I")
_HEADER = 512
"""Bytes from the start in which most of what decides over a picture lies; half of all damage goes there."""


@dataclass(frozen=True, slots=True)
class Original:
    """A sound file; `suffix` with its dot."""

    name: str
    suffix: str
    data: bytes


def damaged(seed: int, originals: Sequence[Original]) -> Original:
    """One of `originals`, damaged in up to eight ways; one in eight says by its suffix that it is another format."""
    chance = random.Random(seed)
    original = chance.choice(originals)
    data = bytearray(original.data)
    for _ in range(1 << chance.randrange(4)):
        chance.choice(_WAYS)(chance, data, originals)
    suffix = chance.choice(originals).suffix if chance.randrange(8) == 0 else original.suffix
    return Original(original.name, suffix, bytes(data))


def _place(chance: random.Random, data: bytearray) -> int:
    """Somewhere in `data`, as likely among the first bytes as in all the rest."""
    return chance.randrange(min(len(data), _HEADER) if chance.randrange(2) else len(data)) if data else 0


def _flip(chance: random.Random, data: bytearray, _: Sequence[Original]) -> None:
    if data:
        data[_place(chance, data)] ^= 1 << chance.randrange(8)


def _replace(chance: random.Random, data: bytearray, _: Sequence[Original]) -> None:
    at, new = _place(chance, data), chance.randbytes(1 << chance.randrange(6))
    data[at : at + len(new)] = new


def _number(chance: random.Random, data: bytearray, _: Sequence[Original]) -> None:
    form = chance.choice(_FORMATS)
    at, value = _place(chance, data), chance.choice(_WIDE) & (0xFFFF if form.endswith("H") else 0xFFFFFFFF)
    data[at : at + struct.calcsize(form)] = struct.pack(form, value)


def _cut(chance: random.Random, data: bytearray, _: Sequence[Original]) -> None:
    del data[_place(chance, data) :]


def _leave_out(chance: random.Random, data: bytearray, _: Sequence[Original]) -> None:
    at = _place(chance, data)
    del data[at : at + (1 << chance.randrange(12))]


def _repeat(chance: random.Random, data: bytearray, _: Sequence[Original]) -> None:
    at, length = _place(chance, data), 1 << chance.randrange(10)
    data[at:at] = data[at : at + length] * chance.randrange(1, 9)


def _fill(chance: random.Random, data: bytearray, _: Sequence[Original]) -> None:
    at, length = _place(chance, data), 1 << chance.randrange(10)
    data[at : at + length] = bytes([chance.choice((0, 0xFF, 0x41))]) * length


def _splice(chance: random.Random, data: bytearray, originals: Sequence[Original]) -> None:
    other = chance.choice(originals).data
    start, length = chance.randrange(len(other)), 1 << chance.randrange(13)
    at = _place(chance, data)
    data[at : at + length * chance.randrange(2)] = other[start : start + length]


_WAYS: tuple[Callable[[random.Random, bytearray, Sequence[Original]], None], ...] = (
    _flip,
    _flip,
    _replace,
    _number,
    _number,
    _cut,
    _leave_out,
    _repeat,
    _fill,
    _splice,
)
