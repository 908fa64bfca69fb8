"""A module back as the files of its folder: for an export, and for whoever takes the catalogue elsewhere."""

from content.specs import ModuleSource
from content.toml_form import toml_form
from content.translations import stamp_of, stamp_text

_INLINE = ("skills", "pairs", "finishing")
_OF_LANGUAGES = ("slug", "texts", "quiz_texts")


def module_files(module: ModuleSource) -> dict[str, str]:
    """By name within the module's folder, the text of each file; read again, they are the same module.

    Translations are told to be up to date with their source: what was published together belongs together.
    """
    files = {"module.toml": toml_form(module, inline=_INLINE, without=_OF_LANGUAGES)}
    quizzes = {language: toml_form(words) for language, words in module.quiz_texts.items()}
    for language, text in module.texts.items():
        files[f"{language}/index.md"] = text
    for language, words in quizzes.items():
        files[f"{language}/quiz.toml"] = words
    source = module.texts.get(module.source_language)
    if source is not None:
        stamp = stamp_text(stamp_of(source, quizzes.get(module.source_language)))
        files |= {f"{language}/meta.toml": stamp for language in module.languages[1:]}
    return files
