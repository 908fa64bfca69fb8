import re
import unicodedata
from collections.abc import Iterable
from datetime import date

import pytest
from babel.messages import Message

from app.topic_words import TOPICS
from app.word_catalogues import read_catalogue, texts_in_use
from base import LANGUAGES, Said
from content import Status, inspect_library
from paths.authoring.authoring import judge_source, read_source
from paths.authoring.composing import Offer
from tests.app.conftest import LIBRARY
from tests.paths.makers import group, leaf, path_file

TRANSLATED = LANGUAGES[1:]
_SCRIPTS = {"hy": "ARMENIAN", "ka": "GEORGIAN", "ru": "CYRILLIC", "uk": "CYRILLIC"}
_PLACEHOLDER = re.compile(r"%\(\w+\)s")


def _ids(messages: Iterable[Message]) -> set[object]:
    return {message.id for message in messages if message.id}


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


@pytest.fixture(scope="module")
def used() -> set[object]:
    return _ids(texts_in_use())


def test_whatever_is_wrong_with_a_path_is_a_text_of_the_catalogues(used: set[object]) -> None:
    choice = group("g", leaf("a"), leaf("b", after=["nowhere"])) | {"kind": "n-of", "n": 7}
    late = leaf("c", when={"opens": date(2026, 5, 1), "due": date(2026, 4, 1), "renew_within": "P2Y"})
    broken = path_file(choice, late, audience=[{}], time_zone="Nowhere", title={"en": "One"})
    misspelt = path_file({"id": "a", "modul": "intro"}, role="Not A Slug")
    found = [problem for file in (broken, misspelt) for problem in read_source(file)[1]]
    source, _ = read_source(path_file(choice, late, leaf("d", "old")))
    assert source is not None
    found += judge_source(source, "growth.toml", {"intro": Offer(Status.LIVE), "old": Offer(Status.RETIRED)}, {})[1]
    said = [each for problem in found for each in (problem.rule, problem.cure)]
    assert len(found) > 8
    assert {each.msgid if isinstance(each, Said) else each for each in said} <= used


def test_every_topic_of_the_library_is_a_text_of_the_catalogues(used: set[object]) -> None:
    modules = inspect_library(LIBRARY).library.modules
    topics = {topic.casefold() for module in modules for topic in module.topics}
    assert topics == set(TOPICS)
    assert topics <= used


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_holds_the_texts_in_use_and_no_others(language: str, used: set[object]) -> None:
    assert _ids(read_catalogue(language)) == used


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_in_every_plural_form_and_none_is_fuzzy(language: str) -> None:
    catalogue = read_catalogue(language)
    for message in catalogue:
        assert all(_forms(message)), message.id
        assert not message.fuzzy, message.id
        assert len(_forms(message)) == (catalogue.num_plurals if message.pluralizable else 1), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_the_placeholders_and_are_composed(language: str) -> None:
    for message in read_catalogue(language):
        source = message.id if isinstance(message.id, str) else message.id[1]
        for form in _forms(message) if message.id else ():
            assert set(_PLACEHOLDER.findall(form)) == set(_PLACEHOLDER.findall(source)), message.id
            assert form == unicodedata.normalize("NFC", form), message.id


@pytest.mark.parametrize("language", _SCRIPTS)
def test_translations_are_in_the_script_of_their_language(language: str) -> None:
    for message in read_catalogue(language):
        for form in _forms(message) if message.id else ():
            assert any(_SCRIPTS[language] in unicodedata.name(character, "") for character in form), message.id


def test_romanian_has_its_commas_below_and_not_the_cedillas_of_old_keyboards() -> None:
    for message in read_catalogue("ro"):
        assert not set("".join(_forms(message))) & set("şţŞŢ"), message.id


def test_the_texts_of_templates_code_and_refusals_are_all_found(used: set[object]) -> None:
    assert "Next step" in used  # app/templates/path.html
    assert ("%(n)s minute", "%(n)s minutes") in used  # app/templates/opening.html
    assert "Certificate of completion" in used  # certificates/wording.py
    assert "This certificate is genuine and stands." in used  # certificates/verification.py, by msgid
    assert "P" not in used  # certificates/pdf.py draws by a `text` of its own
