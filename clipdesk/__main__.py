"""Entry points: the window or the command line. The only place that wires the two to each other."""

import gc
import multiprocessing

_COLLECT_EVERY = 50_000


def main() -> None:
    """The console command `clipdesk`."""
    multiprocessing.freeze_support()
    # Importing allocates hundreds of thousands of objects that stay; looking through them again and again for garbage
    # takes a fifth of a cold search. Seldom is often enough for the long commands too.
    gc.set_threshold(_COLLECT_EVERY, 20, 20)
    from clipdesk.cli import run

    run()


def app() -> None:
    """The windowed command `clipdesk-app`."""
    multiprocessing.freeze_support()
    from clipdesk.cli import run

    run(["app"])


if __name__ == "__main__":
    main()
