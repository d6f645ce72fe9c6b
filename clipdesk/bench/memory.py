"""The most memory that this process has had."""

import sys
from pathlib import Path


def peak_bytes() -> int:
    """Peak resident memory in bytes.

    Linux: VmHWM, since getrusage also counts what the parent had when this process was forked from it.
    """
    if sys.platform == "linux":
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    if sys.platform == "win32":
        import psutil

        return int(psutil.Process().memory_info().peak_wset)
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
