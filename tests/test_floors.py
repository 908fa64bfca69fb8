import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOMAINS = ("base", "people", "lrs", "content", "modules", "paths", "certificates", "lti", "messages", "app")
FILES = sorted(path for domain in DOMAINS for path in (ROOT / domain).rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_imports_go_down_the_floors_only() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_domain_is_entered_by_its_face(path: Path) -> None:
    own = path.relative_to(ROOT).parts[0]
    inner = {name for name in imported(ast.parse(path.read_text())) if "." in name and name.split(".")[0] != own}
    strangers = {name for name in inner if name.split(".")[0] in DOMAINS}
    assert {name for name in strangers if not (own == "app" and name.endswith(".routes"))} == set()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_stand_at_the_top(path: Path) -> None:
    tree = ast.parse(path.read_text())
    nested = [
        node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) and node not in tree.body
    ]
    assert [node.lineno for node in nested] == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_fits_in_the_head(path: Path) -> None:
    source = path.read_text()
    assert len(source.splitlines()) <= 350
    functions = [
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    too_long = {f.name: length for f in functions if (length := (f.end_lineno or 0) - f.body[0].lineno + 1) > 40}
    assert too_long == {}


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""
