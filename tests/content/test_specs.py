from pathlib import Path

from content import ModuleSource, canonical_json, module_from_json, read_library
from tests.content.conftest import replace


def market(library: Path) -> ModuleSource:
    return read_library(library).modules[1]


def test_canonical_form_reads_back_to_the_same_module(library: Path) -> None:
    for module in read_library(library).modules:
        assert module_from_json(canonical_json(module)) == module
        assert canonical_json(module_from_json(canonical_json(module))) == canonical_json(module)


def test_version_does_not_depend_on_the_order_of_keys_in_the_files(library: Path) -> None:
    before = market(library).version_hash
    replace(library / "modules/market/module.toml", 'pairs = { a = "x", b = "y" }', 'pairs = { b = "y", a = "x" }')
    replace(library / "modules/market/module.toml", 'status = "live"\nminutes = 6', 'minutes = 6\nstatus = "live"')
    assert market(library).version_hash == before


def test_version_changes_with_any_word_that_a_learner_meets(library: Path) -> None:
    seen = {market(library).version_hash}
    for name, old, new in [
        ("module.toml", "mastery = 0.8", "mastery = 0.7"),
        ("module.toml", 'right = ["b"]', 'right = ["a"]'),
        ("az/index.md", "Gedin", "Siz gedin"),
        ("en/quiz.toml", "This.", "That."),
    ]:
        replace(library / "modules/market" / name, old, new)
        seen.add(market(library).version_hash)
    assert len(seen) == 5


def test_version_is_the_sha_256_of_the_canonical_form(library: Path) -> None:
    assert len(market(library).version_hash) == 64
    assert canonical_json(market(library)).startswith(
        b'{"activity":"https://ulc.waymark.example/modules/market","audience":["project-manager"],"id":"11111111-'
    )


def test_saying_a_default_aloud_makes_no_new_version(library: Path) -> None:
    before = read_library(library).modules[0].version_hash
    replace(library / "modules/idea/module.toml", "skills = {}", "skills = { hard = [], soft = [] }")
    assert read_library(library).modules[0].version_hash == before
