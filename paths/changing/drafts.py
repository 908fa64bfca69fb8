"""Drafts: a path as somebody writes it in the editor, judged at every step, until it is published or thrown away."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from base import Conflict, Invalid, Missing, Said, installation_iri, new_uuid, upsert
from content import PathFile, Problem, Status, parse_toml
from paths.authoring.authored import PathSource
from paths.authoring.authoring import read_source
from paths.authoring.composing import Composition
from paths.authoring.publishing import lint_path, publish_path
from paths.authoring.toml_form import export_path, path_toml
from paths.changing.whatif import WhatIf, what_if_published
from paths.register.catalogue import path
from paths.tables.drafts import path_drafts

LARGEST_DRAFT_BYTES = 131_072
"""As large as a file of the library may be."""


class Draft(msgspec.Struct, frozen=True):
    """The text of a path's file to be; `base` names what was published when it was begun, None for a new path."""

    path_id: UUID
    slug: str
    text: str
    base: str | None
    revision: int
    changed_at: datetime
    changed_by: UUID | None

    @property
    def is_new(self) -> bool:
        """Whether the path was not published yet when the draft was begun."""
        return self.base is None


class JudgedDraft(msgspec.Struct, frozen=True):
    """A draft, what it says and would publish as far as that can be told, and every problem of it.

    `overtaken`: something else has been published since the draft was begun, by an import or by way of another path.
    """

    draft: Draft
    source: PathSource | None
    composition: Composition | None
    problems: tuple[Problem, ...]
    overtaken: bool = False

    @property
    def sound(self) -> Composition | None:
        """What would be published, where nothing is wrong with it."""
        return None if self.problems else self.composition


def drafts(conn: Connection) -> list[Draft]:
    """All drafts, by slug."""
    return [_draft(row) for row in conn.execute(select(path_drafts).order_by(path_drafts.c.slug))]


def draft(conn: Connection, slug: str) -> Draft:
    """The draft of the path. Raises Missing."""
    row = conn.execute(select(path_drafts).filter_by(slug=slug)).one_or_none()
    if row is None:
        raise Missing(f"There is no draft of a path {slug[:80]!r}. It was published or thrown away, or not yet begun.")
    return _draft(row)


def begin_draft(conn: Connection, slug: str, *, by: UUID | None, now: datetime) -> Draft:
    """The draft of a published path: the one there is, or a new one that says what is published. Raises Missing."""
    known = path(conn, slug)
    if known.alone is not None:
        raise Invalid(f"{slug} offers a module by itself and follows that module; it is not written by hand.")
    text = export_path(conn, slug)
    row = _row(known.id, slug, text, _hash(text), by, now)
    conn.execute(upsert(conn, path_drafts).values(row).on_conflict_do_nothing(index_elements=["path_id"]))
    return draft(conn, slug)


def begin_new_path(conn: Connection, slug: str, title: str, role: str, *, by: UUID | None, now: datetime) -> Draft:
    """The draft of a path that there is not yet, with nothing in it.

    Raises Invalid for what cannot be its slug, title (English) or role, and for a slug that is taken.
    """
    source = _blank(conn, slug, title, role)
    if _exists(conn, slug):
        raise Invalid(f"There is a path {slug} already; choose another word for its address.", where="slug")
    try:
        with conn.begin_nested():
            conn.execute(insert(path_drafts).values(_row(source.id, slug, path_toml(source), None, by, now)))
    except IntegrityError:
        taken = f"There is a draft of a path {slug} already; choose another word for its address."
        raise Invalid(taken, where="slug") from None
    return draft(conn, slug)


def save_draft(conn: Connection, slug: str, text: str, *, revision: int, by: UUID | None, now: datetime) -> Draft:
    """The draft with this text, whatever is wrong with it.

    Raises Missing, Invalid for more than LARGEST_DRAFT_BYTES, and Conflict where somebody changed it after `revision`.
    """
    plain = text.replace("\r\n", "\n")  # as forms send lines (HTML, 4.10.22.4)
    if len(plain.encode()) > LARGEST_DRAFT_BYTES:
        raise Invalid(f"The text is larger than {LARGEST_DRAFT_BYTES} bytes. Shorten it, or make two paths of it.")
    seen = (path_drafts.c.slug == slug, path_drafts.c.revision == revision)
    row = {"text": plain, "revision": revision + 1, "changed_at": now, "changed_by": by}
    if conn.execute(update(path_drafts).where(*seen).values(row)).rowcount == 0:
        raise _changed_since(draft(conn, slug))
    return draft(conn, slug)


def source_of(found: Draft) -> PathSource | None:
    """What the draft says, or None where its text is no path at all, sound or not."""
    toml = parse_toml(found.text, found.slug)
    return None if isinstance(toml, Problem) else read_source(PathFile(found.slug, toml))[0]


def change_draft(
    conn: Connection,
    slug: str,
    change: Callable[[PathSource], PathSource],
    *,
    revision: int,
    by: UUID | None,
    now: datetime,
) -> Draft:
    """The draft with what it says as `change` (editing.py) gives it back; remarks in its text are not kept.

    Raises as `save_draft` does, what `change` raises, and Invalid for a text that is no path.
    """
    source = source_of(draft(conn, slug))
    if source is None:
        raise Invalid(f"The text of the draft {slug} cannot be read. Mend it, then go on.", where=slug)
    return save_draft(conn, slug, path_toml(change(source)), revision=revision, by=by, now=now)


def judge_draft(conn: Connection, slug: str) -> JudgedDraft:
    """The draft beside the modules and paths that there are now, and every problem of it. Raises Missing."""
    found = draft(conn, slug)
    overtaken = found.base != _published_hash(conn, found)
    toml = parse_toml(found.text, slug)
    if isinstance(toml, Problem):
        return JudgedDraft(found, None, None, (toml,), overtaken)
    source, composition, problems = lint_path(conn, PathFile(slug, toml))
    if source is not None:
        problems = [*problems, *_identity_faults(found, source)]
    return JudgedDraft(found, source, composition, tuple(sorted(problems)), overtaken)


def publish_draft(
    conn: Connection,
    slug: str,
    *,
    revision: int,
    over_newer: bool = False,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> bool:
    """Publish what the draft says and end it; says whether that changed anything.

    Raises what `publish_path` raises; Conflict where the draft was changed after `revision`, or where something else
    was published since it was begun, unless it is to go `over_newer`.
    """
    judged = judge_draft(conn, slug)
    if judged.problems:
        raise Invalid("\n".join(map(str, judged.problems)), rule="library format", where=slug)
    if judged.overtaken and not over_newer:
        raise Conflict(
            f"{slug}: something else was published after this draft was begun. Look at what differs, then publish "
            "over it, or throw the draft away and begin anew.",
            rule="a draft never overwrites unseen",
            where=slug,
        )
    discard_draft(conn, slug, revision=revision)
    return publish_path(conn, _file(judged.draft), origin="editor", by=by, reason=reason, now=now)


def discard_draft(conn: Connection, slug: str, *, revision: int) -> None:
    """There is no draft of the path any more; what is published stays. Raises Missing, and Conflict as saving does."""
    seen = (path_drafts.c.slug == slug, path_drafts.c.revision == revision)
    if conn.execute(delete(path_drafts).where(*seen)).rowcount == 0:
        raise _changed_since(draft(conn, slug))


def what_if_draft(conn: Connection, judged: JudgedDraft, *, limit: int, now: datetime) -> WhatIf | None:
    """What would become of those who are on the path if all were judged by the draft, without a write.

    At most `limit` of each outlook are told one by one. None where nobody can be on it yet, or the draft is not sound.
    """
    if judged.sound is None or not _exists(conn, judged.draft.slug):
        return None
    return what_if_published(conn, _file(judged.draft), limit=limit, now=now)


def _file(sound: Draft) -> PathFile:
    toml = parse_toml(sound.text, sound.slug)
    assert not isinstance(toml, Problem)  # it was judged sound
    return PathFile(sound.slug, toml)


def _blank(conn: Connection, slug: str, title: str, role: str) -> PathSource:
    said = {
        "id": str(new_uuid()),
        "slug": slug,
        "activity": f"{installation_iri(conn)}/paths/{slug}",
        "status": Status.DRAFT.value,
        "role": role,
        "time_zone": "UTC",
        "title": {"en": title},
        "summary": {"en": title},
        "tree": {"kind": "all"},
    }
    try:
        return msgspec.convert(said, PathSource)
    except msgspec.ValidationError as error:
        where = next((name for name in ("slug", "role") if f"$.{name}" in str(error)), "title")
        raise Invalid(f"{where} is {said[where]!r:.80}, which cannot be one.", where=where) from error


def _identity_faults(draft: Draft, source: PathSource) -> list[Problem]:
    """A draft is of one path: with another id or slug it would publish another."""
    said = {"id": (str(source.id), str(draft.path_id)), "slug": (source.slug, draft.slug)}
    return [
        Problem(
            draft.slug,
            key,
            Said("it is %(given)s, and this draft is of %(own)s", given=given, own=own),
            Said("Give %(what)s", what=own),
        )
        for key, (given, own) in said.items()
        if given != own
    ]


def _published_hash(conn: Connection, found: Draft) -> str | None:
    return _hash(export_path(conn, found.slug)) if _exists(conn, found.slug) else None


def _exists(conn: Connection, slug: str) -> bool:
    try:
        path(conn, slug)
    except Missing:
        return False
    return True


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _row(path_id: UUID, slug: str, text: str, base: str | None, by: UUID | None, now: datetime) -> dict[str, Any]:
    stamp = {"revision": 1, "changed_at": now, "changed_by": by}
    return {"path_id": path_id, "slug": slug, "text": text, "base": base, **stamp}


def _draft(row: Row[Any]) -> Draft:
    return Draft(*(getattr(row, name) for name in Draft.__struct_fields__))


def _changed_since(found: Draft) -> Conflict:
    return Conflict(
        f"{found.slug}: somebody changed this draft after you opened it. Open it again, and make your change in it.",
        rule="nobody writes over a change that they have not seen",
        where=found.slug,
    )
