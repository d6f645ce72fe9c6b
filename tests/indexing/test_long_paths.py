"""Paths beyond Windows's limit."""

from clipdesk.indexing.long_paths import windows_extended


def test_windows_paths_get_the_prefix_that_lifts_the_length_limit() -> None:
    assert windows_extended("C:\\a/b") == "\\\\?\\C:\\a\\b"
    assert windows_extended("\\\\nas\\photos\\x") == "\\\\?\\UNC\\nas\\photos\\x"
    assert windows_extended("\\\\?\\C:\\a") == "\\\\?\\C:\\a"
