"""Translations: the same questions and options in every language, and the stamp that tells a stale one."""

from collections.abc import Collection, Iterator
from hashlib import sha256
from pathlib import Path

from msgspec.structs import asdict

from content.quiz import Question, Quiz, QuizText
from content.specs import TranslationStamp

_HEAD = "# The source texts that this translation was made from; `waymark check --stamp` writes this file.\n"


def stamp_of(index: str, quiz: str | None) -> TranslationStamp:
    """The stamp of source texts, given as their files hold them."""
    return TranslationStamp(
        index_source=sha256(index.encode()).hexdigest(),
        quiz_source=None if quiz is None else sha256(quiz.encode()).hexdigest(),
    )


def changed_sources(made_from: TranslationStamp | None, now: TranslationStamp) -> list[str]:
    """Which source files have changed since the translation was stamped: all of them, if it never was."""
    pairs = [
        ("index.md", now.index_source, made_from and made_from.index_source),
        ("quiz.toml", now.quiz_source, made_from and made_from.quiz_source),
    ]
    return [name for name, current, translated in pairs if current is not None and current != translated]


def write_stamp(file: Path, stamp: TranslationStamp) -> bool:
    """Make the file say what the translation was made from; False when it said so already."""
    text = stamp_text(stamp)
    if file.is_file() and file.read_text(encoding="utf-8") == text:
        return False
    file.write_text(text, encoding="utf-8", newline="\n")
    return True


def stamp_text(stamp: TranslationStamp) -> str:
    """The file `meta.toml` that says so."""
    return _HEAD + "".join(f'{key} = "{value}"\n' for key, value in asdict(stamp).items() if value)


def disagreements(quiz: Quiz, words: QuizText) -> Iterator[tuple[str, str, str]]:
    """(key, rule, cure) for each question, option or target that only one of module.toml and the words has."""
    asked = {question.id: question for question in quiz.questions}
    yield from _differences("questions", asked, words.questions)
    for id_ in sorted(asked.keys() & words.questions.keys()):
        yield from _in_question(asked[id_], words)


def _in_question(question: Question, words: QuizText) -> Iterator[tuple[str, str, str]]:
    key, text = f"questions.{question.id}", words.questions[question.id]
    yield from _differences(f"{key}.options", question.option_ids, text.options)
    yield from _differences(f"{key}.targets", question.target_ids, text.targets)


def _differences(key: str, wanted: Collection[str], given: Collection[str]) -> Iterator[tuple[str, str, str]]:
    for id_ in sorted(set(wanted) - set(given)):
        yield f"{key}.{id_}", f"module.toml has {id_}, but it has no words here", "Add it"
    for id_ in sorted(set(given) - set(wanted)):
        yield f"{key}.{id_}", f"module.toml does not have {id_}", "Remove it, or add it there"
