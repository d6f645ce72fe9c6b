from collections.abc import Sequence

class Token:
    id: int
    value: str

class BPE:
    def __init__(
        self, vocab: dict[str, int], merges: Sequence[tuple[str, str]], *, end_of_word_suffix: str | None = None
    ) -> None: ...
    def tokenize(self, sequence: str) -> list[Token]: ...
