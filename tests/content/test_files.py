from pathlib import Path

import pytest

from content import inspect_library


def rule_for(library: Path, content: bytes, name: str = "paths/trade.toml") -> str:
    (library / name).write_bytes(content)
    (problem,) = inspect_library(library).problems
    assert problem.file == name
    return problem.rule


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"a = 1\nb = \n", "not TOML: Invalid value (at line 2, column 5)"),
        (b"a = nan\n", "not TOML: nan is not a number to count with"),
        (b"a = -inf\n", "not TOML: -inf is not a number to count with"),
        (b"a = 1\na = 2\n", "not TOML: Cannot overwrite a value (at line 2, column 6)"),
        (b"a = " + b"[" * 50_000, "its lists are nested too deeply"),
        (b"# " + b"x" * 131_071, "it is larger than 131072 bytes"),
        (b'a = "\xff"\n', "byte 5 is not UTF-8"),
        (b"\xef\xbb\xbfa = 1\n", "it holds the unseen character U+FEFF"),
        (b'a = "\x00"\n', "it holds the unseen character U+0000"),
    ],
)
def test_file_that_cannot_be_taken_says_why(library: Path, content: bytes, rule: str) -> None:
    assert rule_for(library, content) == rule


def test_file_of_the_largest_size_is_taken(library: Path) -> None:
    (library / "paths/trade.toml").write_bytes(b"# " + b"x" * 131_070)
    assert inspect_library(library).problems == ()


def test_unseen_character_is_placed_by_line(library: Path) -> None:
    (library / "modules/market/en/index.md").write_text("# Market\n\nGo\x07\n", encoding="utf-8")
    (problem,) = inspect_library(library).problems
    assert problem.key == "line 3"


def test_link_out_of_the_library_is_not_followed(library: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.md"
    secret.write_text("# Market\n\nSecret.\n")
    index = library / "modules/market/en/index.md"
    index.unlink()
    index.symlink_to(secret)
    (problem,) = inspect_library(library).problems
    assert (problem.file, problem.rule) == ("modules/market/en/index.md", "it leads out of the library")


def test_missing_file_is_reported(library: Path) -> None:
    (library / "modules/market/az/index.md").unlink()
    (problem,) = inspect_library(library).problems
    assert (problem.file, problem.rule) == ("modules/market/az/index.md", "the file is missing")


def test_hidden_files_are_left_alone(library: Path) -> None:
    for place in (".DS_Store", "modules/.git", "modules/market/.index.md.swp", "paths/.keep"):
        (library / place).write_text("")
    assert inspect_library(library).problems == ()
