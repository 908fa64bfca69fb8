"""What-if: what another version of a path would make of those who are on it, without a write."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import numpy as np
from sqlalchemy import Connection

from content import LibraryBroken, PathFile
from modules import modules
from paths.authoring.publishing import lint_path
from paths.authoring.versions import Difference, difference
from paths.changing.bulk import answer
from paths.changing.concerned import EVERYONE, Among, Whom, concerned
from paths.changing.outlook import CHANGING, OUTLOOKS, UNDECIDED, Affected, Codes, Outlook, outlook_of, outlooks_of
from paths.changing.records import Records, records_of
from paths.judging.counting import Fulfilment
from paths.keeping.cases import Case, cases_now, judged
from paths.keeping.rules import Rules, rules_of
from paths.register.catalogue import current_version, path
from paths.register.fulfilling import rows_to_record
from paths.register.register import Enrolment, fulfilments_of, read_fulfilments
from paths.tree.requirements import Group

_AT_ONCE = 500


class WhatIf(msgspec.Struct, frozen=True):
    """What would change in the path's current tree, for how many learners it was asked, and what became of them.

    `affected` are those for whom something would change, by their outlook, at most as many of each as were asked for;
    `losing` are the enrolments of all who would lose.
    """

    difference: Difference
    learners: int
    counts: dict[Outlook, int]
    affected: tuple[Affected, ...]
    losing: tuple[UUID, ...]


def what_if(
    conn: Connection,
    path_id: UUID,
    tree: Group,
    *,
    fulfilments: Sequence[Fulfilment] = (),
    whom: Whom = Whom.EVERYBODY,
    among: Among = EVERYONE,
    limit: int | None = None,
    now: datetime,
) -> WhatIf:
    """What would become of those whom it is for (concerned.py) if they were judged by `tree`.

    `fulfilments` are recorded after those of the register, as publishing would; without any, the tree alone changes.
    Of each outlook at most `limit` are told one by one (None: all); the counts are of all. Who changes is counted for
    all at once (bulk.py); dates and evidence are looked up of those who are told.
    """
    asked = concerned(conn, path_id, whom, among, now=now)
    zone = path(conn, path_id).time_zone
    rules = Rules(tree, (*fulfilments_of(conn, path_id), *fulfilments), hash="", time_zone=zone)
    codes = _codes(asked, rules_of(conn, asked), rules, records_of(_cases(conn, asked, rules, now=now)))
    undecided = [asked[n] for n in np.flatnonzero(codes == UNDECIDED)]
    singly = {each.enrolment.id: each for each in _affected(conn, undecided, rules, now=now)}
    for n in np.flatnonzero(codes == UNDECIDED):
        codes[n] = OUTLOOKS.index(singly[asked[n].id].outlook)
    told = [asked[n] for outlook in CHANGING for n in np.flatnonzero(codes == OUTLOOKS.index(outlook))[:limit]]
    more = [each for each in told if each.id not in singly]
    singly |= {each.enrolment.id: each for each in _affected(conn, more, rules, now=now)}
    return WhatIf(
        difference(current_version(conn, path_id).tree, tree),
        len(asked),
        {outlook: int(np.count_nonzero(codes == OUTLOOKS.index(outlook))) for outlook in Outlook},
        tuple(singly[each.id] for each in told),
        tuple(asked[n].id for n in np.flatnonzero(codes == OUTLOOKS.index(Outlook.LOSES))),
    )


def what_if_published(
    conn: Connection,
    file: PathFile,
    *,
    whom: Whom = Whom.EVERYBODY,
    among: Among = EVERYONE,
    limit: int | None = None,
    now: datetime,
) -> WhatIf:
    """As `what_if`, if the path were published as `file` says, and those whom it is for were moved to that.

    Raises LibraryBroken with every problem of the file, Missing where nobody has published the path yet.
    """
    source, composition, problems = lint_path(conn, file)
    if source is None or composition is None or problems:
        raise LibraryBroken(tuple(problems))
    known = {module.slug: module for module in modules(conn)}
    wanted = {requirement: [known[slug] for slug in slugs] for requirement, slugs in composition.modules.items()}
    own = path(conn, source.id)
    planned = read_fulfilments(conn, rows_to_record(conn, own.id, wanted, now=now))
    return what_if(conn, own.id, composition.tree, fulfilments=planned, whom=whom, among=among, limit=limit, now=now)


def _codes(asked: Sequence[Enrolment], own: dict[UUID, Rules], changed: Rules, records: Records) -> Codes:
    """The outlook of each, judged by the version that they are pinned to and by what is `changed`."""
    after = answer(changed.tree, changed.fulfilments, changed.time_zone, records)
    codes = np.full(len(asked), UNDECIDED, np.int8)
    for version_id, rules in own.items():
        pinned = np.array([each.version_id == version_id for each in asked], np.bool_)
        before = answer(rules.tree, rules.fulfilments, rules.time_zone, records)
        codes[pinned] = outlooks_of(before, after)[pinned]
    codes[records.doubtful] = UNDECIDED
    return codes


def _affected(conn: Connection, asked: Sequence[Enrolment], rules: Rules, *, now: datetime) -> Iterator[Affected]:
    """What would become of each, judged one by one."""
    pairs = zip(_cases(conn, asked, None, now=now), _cases(conn, asked, rules, now=now), strict=True)
    for before, after in pairs:
        yield outlook_of(after.enrolment, *((case.rules.tree, judged(case).verdicts) for case in (before, after)))


def _cases(conn: Connection, asked: Sequence[Enrolment], by: Rules | None, *, now: datetime) -> Iterable[Case]:
    for start in range(0, len(asked), _AT_ONCE):
        yield from cases_now(conn, asked[start : start + _AT_ONCE], now=now, by=by)
