"""One module folder: its files read, then judged together."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import asdict

from base import LANGUAGES
from content.faults import Problem, parsed
from content.files import named, parse_toml, read_text, strays
from content.finishing import DeliveryMode
from content.markdown import markdown_faults
from content.quiz import QuizText
from content.specs import ModuleSource, ModuleSpec, TranslationStamp
from content.translations import changed_sources, disagreements, stamp_of
from content.vocabulary import MoveOn, Slug, Status

T = TypeVar("T")


class ModuleReading(Struct, frozen=True):
    """What a folder gave: the module, or the problems that keep it from being one; and what is stale in it."""

    module: ModuleSource | None
    problems: list[Problem]
    stale: list[Problem] = []
    source_stamp: TranslationStamp | None = None


class _Texts(Struct, frozen=True):
    """One language's folder: the files as they stand, and what they say where they can be read."""

    folder: str
    index: str | None
    quiz: str | None
    words: QuizText | None
    stamp: TranslationStamp | None


def read_module(root: Path, folder: Path) -> ModuleReading:
    """The module in `folder`, a folder of the library `root`, with everything that is wrong or stale in it."""
    name, problems = named(root, folder), list(strays(root, folder, {"module.toml", *LANGUAGES}))
    problems += parsed(Slug, folder.name, name)[1]
    spec = _value(ModuleSpec, _text(root, folder / "module.toml", problems), f"{name}/module.toml", problems)
    by_language = {each: _texts(root, folder / each, problems) for each in LANGUAGES if (folder / each).exists()}
    if spec is None:
        return ModuleReading(None, problems)
    problems += _unfinished(spec, f"{name}/module.toml", set(by_language))
    problems += _delivery_faults(spec, f"{name}/module.toml")
    problems += [
        problem for language, texts in by_language.items() for problem in _contradictions(spec, language, texts)
    ]
    if problems:
        return ModuleReading(None, problems)
    return _sound(spec, folder.name, by_language)


def _text(root: Path, file: Path, problems: list[Problem]) -> str | None:
    text = read_text(root, file)
    if isinstance(text, Problem):
        problems.append(text)
        return None
    return text


def _value(kind: type[T], text: str | None, file: str, problems: list[Problem]) -> T | None:
    if text is None:
        return None
    table = parse_toml(text, file)
    value, found = (None, [table]) if isinstance(table, Problem) else parsed(kind, table, file)
    problems += found
    return value


def _texts(root: Path, folder: Path, problems: list[Problem]) -> _Texts:
    problems += strays(root, folder, {"index.md", "quiz.toml", "meta.toml"})
    name, index = named(root, folder), _text(root, folder / "index.md", problems)
    problems += [Problem(f"{name}/index.md", f"line {line}", *said) for line, *said in markdown_faults(index or "")]
    quiz = _text(root, folder / "quiz.toml", problems) if (folder / "quiz.toml").exists() else None
    meta = _text(root, folder / "meta.toml", problems) if (folder / "meta.toml").exists() else None
    return _Texts(
        folder=name,
        index=index,
        quiz=quiz,
        words=_value(QuizText, quiz, f"{name}/quiz.toml", problems),
        stamp=_value(TranslationStamp, meta, f"{name}/meta.toml", problems),
    )


def _unfinished(spec: ModuleSpec, file: str, languages: set[str]) -> Iterator[Problem]:
    """What is still missing; a draft needs no more than its names in the source language."""
    draft = spec.status is Status.DRAFT
    cure = "Add it" if draft else "Add it, or make the module a draft"
    for key, given in (("title", spec.title), ("summary", spec.summary)):
        for language in (spec.source_language,) if draft else LANGUAGES:
            if language not in given:
                yield Problem(file, f"{key}.{language}", f"a {spec.status} module needs its {key} here", cure)
    if spec.move_on is None:
        yield from _not_online(spec, file, languages)
        return
    if spec.mastery is None:
        yield Problem(file, "mastery", "a module with a move_on needs its mastery", "Add it: a number from 0 to 1")
    if not draft and spec.quiz is None:
        yield Problem(file, "quiz", f"a {spec.status} module needs a quiz", cure)
    if spec.source_language not in languages and (languages or not draft):
        source = file.replace("module.toml", f"{spec.source_language}/index.md")
        yield Problem(source, "", f"a {spec.status} module needs the text of its source language", cure)


def _not_online(spec: ModuleSpec, file: str, languages: set[str]) -> Iterator[Problem]:
    """Without move_on a module has other deliveries, and nothing that only our player could show."""
    if not spec.deliveries:
        yield Problem(file, "move_on", "there is no way of taking it", "Add move_on and mastery, or [[deliveries]]")
    strange = {"mastery": spec.mastery is not None, "quiz": spec.quiz is not None, "texts": bool(languages)}
    for key in (key for key, given in strange.items() if given):
        yield Problem(file, key, "without move_on it is not taken online", "Add move_on, or remove it")


def _delivery_faults(spec: ModuleSpec, file: str) -> Iterator[Problem]:
    """What nobody could take, or nobody could tell from another."""
    seen: set[tuple[str, str]] = set()
    for index, each in enumerate(spec.deliveries):
        key = f"deliveries[{index}]"
        if each.mode is DeliveryMode.ONLINE:
            yield Problem(file, f"{key}.mode", "online is what move_on says", "Say move_on, or name another mode")
        if each.finishing.move_on is MoveOn.NOT_APPLICABLE or not each.finishing.asks_something:
            yield Problem(file, f"{key}.finishing", "it asks for nothing", "Say what is to be shown")
        if each.finishing.signed_off_by and not each.finishing.signed_off:
            rule = "it says by whom, and asks for no sign-off"
            yield Problem(file, f"{key}.finishing.signed_off_by", rule, "Add signed_off = true")
        if (known := (each.mode.value, each.activity or spec.activity)) in seen:
            yield Problem(
                file, key, f"another delivery is {known[0]} too", "Give each a mode or an activity of its own"
            )
        seen.add(known)


def _contradictions(spec: ModuleSpec, language: str, texts: _Texts) -> Iterator[Problem]:
    """Where a language's files and module.toml do not fit together."""
    quiz_file = f"{texts.folder}/quiz.toml"
    first = (texts.index or "").split("\n", 1)[0].rstrip()
    title = spec.title.get(language, "the title")
    if texts.index is not None and first != f"# {title}":
        rule = f"the first line is not the title that module.toml gives in {language}"
        yield Problem(f"{texts.folder}/index.md", "line 1", rule, f"Write: # {title}")
    if spec.quiz is None and texts.quiz is not None:
        yield Problem(quiz_file, "", "module.toml has no quiz", "Remove the file, or add [quiz] there")
    if spec.quiz is not None and texts.quiz is None:
        yield Problem(quiz_file, "", f"the quiz has no words in {language}", "Add the file")
    if spec.quiz is not None and texts.words is not None:
        for said in disagreements(spec.quiz, texts.words):
            yield Problem(quiz_file, *said)


def _sound(spec: ModuleSpec, slug: str, by_language: dict[str, _Texts]) -> ModuleReading:
    source = by_language.get(spec.source_language)
    stamp = stamp_of(source.index, source.quiz) if source and source.index is not None else None
    module = ModuleSource(
        **asdict(spec),
        slug=slug,
        texts={language: texts.index for language, texts in by_language.items() if texts.index is not None},
        quiz_texts={language: texts.words for language, texts in by_language.items() if texts.words is not None},
    )
    return ModuleReading(module, [], list(_stale(spec, by_language, stamp)) if stamp else [], stamp)


def _stale(spec: ModuleSpec, by_language: dict[str, _Texts], now: TranslationStamp) -> Iterator[Problem]:
    for language, texts in by_language.items():
        for name in changed_sources(texts.stamp, now) if language != spec.source_language else ():
            rule = f"{spec.source_language}/{name} has changed since this was translated"
            yield Problem(f"{texts.folder}/{name}", "", rule, "Bring it up to date, then run `waymark check --stamp`")
