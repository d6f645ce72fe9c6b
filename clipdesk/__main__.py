"""Entry points: the window or the command line. The only place that wires the two to each other."""

import multiprocessing


def main() -> None:
    """The console command `clipdesk`."""
    multiprocessing.freeze_support()
    from clipdesk.cli import run

    run()


def app() -> None:
    """The windowed command `clipdesk-app`."""
    multiprocessing.freeze_support()
    from clipdesk.cli import run

    run(["app"])


if __name__ == "__main__":
    main()
