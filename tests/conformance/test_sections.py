"""Every section that asks something of a record store has tests here, and every file of tests says of which it is."""

import ast
import re
from pathlib import Path

from tests.conformance.sections import REQUIRED

FILES = sorted(set(Path(__file__).parent.glob("test_*.py")) - {Path(__file__)})
PART = re.compile(r"(xAPI-Data|xAPI-Communication|IEEE 9274\.1\.1) ((?:\d+(?:\.\d+)*(?:, | and )?)+)")


def sections_tested_in(path: Path) -> set[str]:
    """The sections that the file's first line names, if it has a test."""
    tree = ast.parse(path.read_text())
    tests = [
        each
        for each in ast.walk(tree)
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name.startswith("test_")
    ]
    named = PART.findall((ast.get_docstring(tree) or "").partition("\n")[0])
    return {f"{part} {number}" for part, numbers in named for number in re.findall(r"[\d.]+\d", numbers) if tests}


def test_every_section_that_requires_something_is_tested() -> None:
    tested = set().union(*map(sections_tested_in, FILES))
    assert [section for section in REQUIRED if section not in tested] == []


def test_every_file_of_tests_names_sections_that_there_are() -> None:
    named = {path.name: sections_tested_in(path) for path in FILES}
    assert {name for name, sections in named.items() if not sections & set(REQUIRED)} == set()
    assert {section for sections in named.values() for section in sections} <= set(REQUIRED)
