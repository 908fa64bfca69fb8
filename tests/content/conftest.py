"""A small sound library to spoil: one live module with a translation, one draft, one path."""

from pathlib import Path

import pytest

from base import LANGUAGES

IN_ALL_LANGUAGES = "\n".join(f'{language} = "Market"' for language in LANGUAGES)

MARKET = f"""\
id = "11111111-1111-4111-8111-111111111111"
activity = "https://ulc.waymark.example/modules/market"
status = "live"
minutes = 6
source_language = "en"
mastery = 0.8
move_on = "CompletedAndPassed"
topics = ["trade"]
skills = {{ hard = ["counting"], soft = [] }}
sdgs = [8]
audience = ["project-manager"]
provider = "Urban Learning Center"
licence = "CC-BY-4.0"

[title]
{IN_ALL_LANGUAGES}

[summary]
{IN_ALL_LANGUAGES}

[[quiz.questions]]
id = "q1"
kind = "single"
options = ["a", "b"]
right = ["b"]

[[quiz.questions]]
id = "q2"
kind = "match"
pairs = {{ a = "x", b = "y" }}
"""

WORDS = """\
[questions.q1]
text = "Which?"
feedback = "This."
options = { a = "One", b = "Two" }

[questions.q2]
text = "Match."
feedback = "So."
options = { a = "One", b = "Two" }
targets = { x = "Ten", y = "Twenty" }
"""

IDEA = """\
id = "22222222-2222-4222-8222-222222222222"
activity = "https://ulc.waymark.example/modules/idea"
status = "draft"
minutes = 5
source_language = "az"
mastery = 1
move_on = "Completed"
topics = []
skills = {}
sdgs = []
audience = []
provider = "Urban Learning Center"
licence = "CC-BY-4.0"
title = { az = "Fikir" }
summary = { az = "Hələ yazılır." }
"""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    for name, text in {
        "modules/market/module.toml": MARKET,
        "modules/market/en/index.md": "# Market\n\nGo and **count**.\n",
        "modules/market/en/quiz.toml": WORDS,
        "modules/market/az/index.md": "# Market\n\nGedin, **sayın**.\n",
        "modules/market/az/quiz.toml": WORDS,
        "modules/idea/module.toml": IDEA,
        "paths/trade.toml": 'slug = "trade"\n[[tree.items]]\nid = "r-market"\n',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def replace(file: Path, old: str, new: str) -> None:
    """Spoil one place of a file; the place must be there."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
