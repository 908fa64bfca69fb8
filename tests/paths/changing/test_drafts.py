from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection

from base import Asked, Conflict, Invalid, Missing, decisions
from content import Status
from paths import EditedSince, Outlook, WhatIf, drafts, export_path, path
from paths.register.catalogue import current_version
from paths.tree.requirements import leaves
from tests.paths.makers import leaf
from tests.paths.world import (
    SITE,
    agent_of,
    enrol_self,
    fold_all,
    later,
    make_learner,
    publish,
    publish_modules,
    record,
    statement,
)
from tests.times import NOW

Do = Callable[..., Any]


@pytest.fixture(autouse=True)
def _published(write: Do) -> None:
    write(publish_modules)
    write(publish, leaf("a"))


def begun(conn: Connection) -> drafts.Draft:
    return drafts.begin_draft(conn, "growth", by=None, now=later(1))


def saved(conn: Connection, old: str, new: str) -> drafts.Draft:
    """The draft of the path, with one thing in its text written otherwise."""
    known = begun(conn)
    assert old in known.text
    return drafts.save_draft(
        conn, "growth", known.text.replace(old, new), revision=known.revision, by=None, now=later(2)
    )


def published(conn: Connection, revision: int, **rest: Any) -> bool:
    return drafts.publish_draft(conn, "growth", revision=revision, by=None, reason="a test", now=later(3), **rest)


def test_a_draft_begins_with_what_is_published_and_there_is_one_of_a_path(write: Do, read: Do) -> None:
    first = write(begun)
    assert first.text == read(export_path, "growth")
    assert not first.is_new
    changed = write(saved, 'module = "intro"', 'module = "budget"')
    assert write(begun) == changed
    assert [each.slug for each in read(drafts.drafts)] == ["growth"]
    with pytest.raises(Missing, match="no path 'nowhere'"):
        write(drafts.begin_draft, "nowhere", by=None, now=later(1))


def test_a_draft_holds_any_text_and_tells_every_problem_of_it(write: Do, read: Do) -> None:
    write(saved, 'module = "intro"', 'module = "nothing"')
    (problem,) = read(drafts.judge_draft, "growth").problems
    assert (problem.key, read(drafts.judge_draft, "growth").sound) == ("tree.a.module", None)
    write(saved, "[tree]", "[tree")
    (problem,) = read(drafts.judge_draft, "growth").problems
    assert problem.rule.startswith("not TOML")
    with pytest.raises(Invalid, match="not TOML"):
        write(published, 3)
    assert read(path, "growth").version == 1


def test_a_draft_is_published_as_a_decision_and_ends(write: Do, read: Do) -> None:
    person = write(make_learner)
    known = write(saved, 'module = "intro"', 'module = "intro"\nmin_score = 0.5')
    publish_it = {"revision": known.revision, "by": person.id, "reason": "more asked", "now": later(3)}
    assert write(drafts.publish_draft, "growth", **publish_it) is True
    assert read(path, "growth").version == 2
    (asked,) = leaves(read(current_version, read(path, "growth").id).tree)
    assert asked.min_score == 0.5
    with pytest.raises(Missing):
        read(drafts.draft, "growth")
    told = read(lambda conn: decisions(conn, Asked()))
    assert [(each.act, each.by, each.reason) for each in told if each.act == "path.publish"] == [
        ("path.publish", person.id, "more asked")
    ]


def test_nobody_writes_over_a_change_that_they_have_not_seen(write: Do, read: Do) -> None:
    old = write(begun)
    write(saved, 'role = "project-manager"', 'role = "mayor"')
    with pytest.raises(Conflict, match="Open it again"):
        write(drafts.save_draft, "growth", "x", revision=old.revision, by=None, now=later(2))
    for do in (published, lambda conn, revision: drafts.discard_draft(conn, "growth", revision=revision)):
        with pytest.raises(Conflict, match="Open it again"):
            write(do, old.revision)
    assert 'role = "mayor"' in read(drafts.draft, "growth").text
    assert read(path, "growth").role == "project-manager"


def test_what_was_published_meanwhile_is_overwritten_only_when_that_is_said(write: Do, read: Do) -> None:
    known = write(saved, 'role = "project-manager"', 'role = "mayor"')
    assert read(drafts.judge_draft, "growth").overtaken is False
    write(publish, leaf("a"), leaf("b", "budget"), now=later(2))
    assert read(drafts.judge_draft, "growth").overtaken is True
    with pytest.raises(Conflict, match="something else was published"):
        write(published, known.revision)
    assert write(published, known.revision, over_newer=True) is True
    assert [each.id for each in leaves(read(current_version, read(path, "growth").id).tree)] == ["a"]


def test_an_import_does_not_overwrite_what_was_published_from_a_draft(write: Do, read: Do) -> None:
    write(published, write(saved, 'role = "project-manager"', 'role = "mayor"').revision)
    with pytest.raises(EditedSince, match="changed in the editor"):
        write(publish, leaf("a"), now=later(4))
    assert read(path, "growth").role == "mayor"


def test_a_new_path_is_a_draft_with_nothing_in_it(write: Do, read: Do) -> None:
    new = write(drafts.begin_new_path, "water", "Water for all", "planner", by=None, now=NOW)
    assert new.is_new
    judged = read(drafts.judge_draft, "water")
    assert judged.source is not None
    assert (judged.source.status, judged.source.activity) == (Status.DRAFT, f"{SITE}/paths/water")
    assert [(each.key, each.rule) for each in judged.problems] == [("tree.path", "nothing in it counts")]
    assert judged.overtaken is False


@pytest.mark.parametrize(
    ("slug", "title", "role", "where"),
    [
        ("Water!", "Water", "planner", "slug"),
        ("growth", "Growth", "planner", "slug"),
        ("water", " ", "planner", "title"),
        ("water", "Water", "Город", "role"),
    ],
)
def test_a_new_path_needs_a_free_address_a_title_and_a_position(
    write: Do, slug: str, title: str, role: str, where: str
) -> None:
    with pytest.raises(Invalid) as refused:
        write(drafts.begin_new_path, slug, title, role, by=None, now=NOW)
    assert refused.value.where == where


def test_a_draft_stays_the_draft_of_its_path(write: Do, read: Do) -> None:
    write(saved, 'slug = "growth"', 'slug = "other"')
    assert [each.key for each in read(drafts.judge_draft, "growth").problems] == ["slug"]
    known = read(path, "growth")
    write(saved, str(known.id), str(UUID(int=7)))
    assert "id" in [each.key for each in read(drafts.judge_draft, "growth").problems]
    with pytest.raises(Invalid, match="this draft is of"):
        write(published, 3)


def test_a_draft_is_as_large_as_a_file_may_be(write: Do) -> None:
    known = write(begun)
    text = "#" * (drafts.LARGEST_DRAFT_BYTES + 1)
    with pytest.raises(Invalid, match="larger than 131072 bytes"):
        write(drafts.save_draft, "growth", text, revision=known.revision, by=None, now=later(2))


def test_what_publishing_would_do_is_told_without_a_write(write: Do, read: Do) -> None:
    both, one = write(make_learner), write(make_learner)
    for learner, slugs in ((both, ("intro", "budget")), (one, ("intro",))):
        write(enrol_self, learner)
        for slug in slugs:
            write(record, statement(agent_of(learner), slug), now=later(0.5))
    write(fold_all, now=later(0.6))
    write(saved, 'module = "intro"', 'module = "intro"\n\n[[tree.items]]\nid = "b"\nmodule = "budget"')
    told = read(_what_if, 5)
    assert (told.learners, told.counts[Outlook.LOSES], told.counts[Outlook.UNCHANGED]) == (2, 1, 1)
    assert [each.enrolment.person_id for each in told.affected] == [one.id]
    assert [node.id for node in told.difference.added] == ["b"]
    assert read(path, "growth").version == 1


def test_of_what_is_not_sound_or_not_published_nothing_is_told(write: Do, read: Do) -> None:
    write(saved, 'module = "intro"', 'module = "nothing"')
    assert read(_what_if, 5) is None
    write(drafts.begin_new_path, "water", "Water for all", "planner", by=None, now=NOW)
    assert read(_what_if, 5, "water") is None


def _what_if(conn: Connection, minutes: float, slug: str = "growth") -> WhatIf | None:
    return drafts.what_if_draft(conn, drafts.judge_draft(conn, slug), limit=5, now=later(minutes))


def test_what_is_thrown_away_leaves_what_is_published(write: Do, read: Do) -> None:
    known = write(saved, 'role = "project-manager"', 'role = "mayor"')
    write(lambda conn: drafts.discard_draft(conn, "growth", revision=known.revision))
    assert read(drafts.drafts) == []
    assert read(path, "growth").role == "project-manager"
