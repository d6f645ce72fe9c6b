"""torchvision can be imported beside a torch that its binary operators do not fit."""

import subprocess
import sys

PROGRAM = """
import warnings
warnings.simplefilter("error")
from clipdesk.models import torchvision_operators
declared = torchvision_operators.ensure()
assert torchvision_operators.ensure() == declared
import torchvision
from torchvision.transforms import functional
import open_clip, torch
resized = functional.resize(torch.zeros(1, 3, 4, 4), [2, 2])
print(declared, torchvision.extension._has_ops(), tuple(resized.shape))
"""


def test_declared_exactly_where_the_compiled_ones_are_missing() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    declared, compiled, *shape = done.stdout.split(maxsplit=2)
    assert (declared, compiled) in {("True", "False"), ("False", "True")}
    assert shape == ["(1, 3, 2, 2)\n"]
