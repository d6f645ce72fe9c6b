"""`python -m clipdesk.bench`."""

import multiprocessing
import sys

from clipdesk.core.errors import UserError


def main() -> int:
    """Run the benchmarks; the exit code is 0 when they ran, whether their targets were met or not."""
    multiprocessing.freeze_support()
    from clipdesk.bench.command import app

    try:
        app(prog_name="python -m clipdesk.bench")
    except UserError as error:
        print(f"clipdesk: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
