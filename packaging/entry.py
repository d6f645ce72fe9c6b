"""Where the frozen clipdesk begins: the command line, or the window where there are no words for it."""

import os
import sys


def prepare() -> None:
    """What a program that was started without a terminal, or with an empty environment, lacks."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # a program without a console on Windows: what is printed goes nowhere
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115, PTH123
    if sys.platform == "linux" and not any(os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG")):
        os.environ["LC_CTYPE"] = "C.UTF-8"  # Qt warns of every other


if __name__ == "__main__":
    prepare()
    from clipdesk.__main__ import app, main

    windowed = os.path.splitext(os.path.basename(sys.executable))[0].endswith("-app")  # noqa: PTH119, PTH122
    app() if windowed else main()
