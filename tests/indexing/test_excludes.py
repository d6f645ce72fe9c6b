"""Exclude patterns on real folder trees."""

from pathlib import Path

import pytest
from trees import new, write

from clipdesk.core.errors import UserError
from clipdesk.indexing.scanner import scan


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("private", {"a.jpg", "b/Private.jpg", "b/x.PNG", "c/d/e.jpg"}),
        ("*.png", {"a.jpg", "b/private/p.jpg", "b/Private.jpg", "c/d/e.jpg"}),
        ("b/private", {"a.jpg", "b/Private.jpg", "b/x.PNG", "c/d/e.jpg"}),
        ("/private", {"a.jpg", "b/private/p.jpg", "b/Private.jpg", "b/x.PNG", "c/d/e.jpg"}),
        ("c/*.jpg", {"a.jpg", "b/private/p.jpg", "b/Private.jpg", "b/x.PNG", "c/d/e.jpg"}),
        ("c/**/*.jpg", {"a.jpg", "b/private/p.jpg", "b/Private.jpg", "b/x.PNG"}),
        ("B/", {"a.jpg", "c/d/e.jpg"}),
        (" ", {"a.jpg", "b/private/p.jpg", "b/Private.jpg", "b/x.PNG", "c/d/e.jpg"}),
    ],
)
def test_excludes_follow_the_rules_of_gitignore(tmp_path: Path, pattern: str, left: set[str]) -> None:
    write(tmp_path, "a.jpg", "b/private/p.jpg", "b/Private.jpg", "b/x.PNG", "c/d/e.jpg")
    assert new(scan(tmp_path, {}, [pattern])) == left


def test_a_pattern_that_means_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="exclude pattern"):
        scan(tmp_path, {}, ["!"])
