"""What happens to files on disks that age, are unplugged, or come back from a recovery program."""

import random
from dataclasses import dataclass
from pathlib import Path

_MOST_FLIPPED = 48
_BLOCK = 512
_LEAST_ROW = 32


@dataclass(frozen=True)
class Damage:
    """What was done to a file, in words; `values` is how many stored values it may have changed at most."""

    words: str
    values: int


def damage(file: Path, chance: random.Random) -> Damage:
    """Damage a file in one of the ways that are met."""
    data = bytearray(file.read_bytes())
    kind = chance.choice(("flipped", "flipped", "cut", "garbage", "zeros", "other's data"))
    if not data:
        kind, data = "garbage", bytearray(_BLOCK)
    if kind == "flipped":
        places = [chance.randrange(len(data)) for _ in range(chance.randint(1, _MOST_FLIPPED))]
        for place in places:
            data[place] ^= 1 << chance.randrange(8)
        done = Damage(f"{len(places)} bits flipped", len(places))
    elif kind == "cut":
        del data[chance.randrange(len(data)) :]
        done = Damage(f"cut to {len(data)} bytes", 0)
    else:
        blocks = max(1, len(data) // _BLOCK)
        first = chance.randrange(blocks) * _BLOCK
        last = min(len(data), first + chance.randint(1, min(blocks, 24)) * _BLOCK)
        filler = {"garbage": chance.randbytes(last - first), "zeros": bytes(last - first)}
        source = chance.randrange(blocks) * _BLOCK
        data[first:last] = filler.get(kind) or (data[source:] + data)[: last - first]
        done = Damage(f"{kind} from {first} to {last}", (last - first) // _LEAST_ROW)
    file.write_bytes(data)
    return done
