"""The guide for authors says what the format is: its examples are read as an author's files are."""

import re
import tomllib
from pathlib import Path

from content import DeliveryMode, PathFile, Status, read_library
from paths import All, Credits, NOf, SignPost
from paths.authoring.authoring import judge_source, read_source
from paths.authoring.composing import Composition, Offer
from paths.tree.requirements import ROOT, Leaf
from tests.paths.makers import path_toml

GUIDE = (Path(__file__).parents[3] / "docs" / "authoring.md").read_text(encoding="utf-8")


def blocks(mark: str) -> list[str]:
    return re.findall(rf"^```{mark}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def other(slug: str) -> Composition:
    iri = f"https://ulc.waymark.example/paths/{slug}"
    return Composition(slug, iri, Status.LIVE, {"en": slug}, All(ROOT, (Leaf("r"),)), {}, {"r": ("intro",)})


def test_the_example_of_a_path_is_sound_and_has_each_kind_of_item() -> None:
    (text,) = blocks("toml path")
    source, problems = read_source(PathFile("docs/authoring.md", tomllib.loads(text)))
    assert problems == []
    assert source is not None
    offers = dict.fromkeys(("intro", "budget", "data"), Offer(Status.LIVE))
    others = {slug: other(slug) for slug in ("planning-refresher", "planning-basics")}
    composition, problems = judge_source(source, "docs/authoring.md", offers, others)
    assert problems == []
    assert composition is not None
    assert [type(item) for item in composition.tree.items] == [Leaf, NOf, Credits, All, SignPost]
    assert {*path_toml([])} <= {*tomllib.loads(text)}


def test_the_example_of_deliveries_is_read(tmp_path: Path) -> None:
    (text,) = blocks("toml")
    folder = tmp_path / "modules" / "walk"
    folder.mkdir(parents=True)
    head = """
        id = "33333333-3333-4333-8333-333333333333"
        activity = "https://ulc.waymark.example/modules/walk"
        status = "draft"
        minutes = 6
        source_language = "en"
        topics = []
        skills = {}
        sdgs = []
        audience = []
        provider = "Urban Learning Center"
        licence = "CC-BY-4.0"
        title = { en = "Walk" }
        summary = { en = "Go and look." }
        """
    (folder / "module.toml").write_text(head + text, encoding="utf-8")
    (module,) = read_library(tmp_path).modules
    assert [way.mode for way in module.ways] == [DeliveryMode.WORKSHOP, DeliveryMode.EXTERNAL]
    assert module.trusted == {"account::https://lms.example::lms": ("passed", "completed")}
