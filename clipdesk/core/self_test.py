"""What the parts of the self-test share."""


class CheckFailedError(Exception):
    """A check of the self-test failed; the message says in one line what was wrong."""


def expect(condition: object, told: str) -> None:
    """Raise CheckFailedError, with what is `told`, unless `condition` holds."""
    if not condition:
        raise CheckFailedError(told)
