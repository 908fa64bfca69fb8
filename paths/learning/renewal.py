"""When what somebody showed is to be shown anew, so that opening its module begins another try."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from paths.judging.states import State, Verdict
from paths.keeping.verdicts import stored_judgements
from paths.register.catalogue import path, version
from paths.register.fulfilling import fulfilling_modules
from paths.register.register import enrolments_of
from paths.tree.periods import before
from paths.tree.requirements import Group, Leaf, SignPost


def module_anew_from(conn: Connection, person_id: UUID, module_id: UUID, *, now: datetime) -> datetime | None:
    """From when on the module is to be shown anew, on whichever of the person's paths that is so latest."""
    theirs = enrolments_of(conn, person_id)
    moments = []
    for enrolled, judged in zip(theirs, stored_judgements(conn, theirs), strict=True):
        fulfilled = fulfilling_modules(conn, enrolled.path_id)
        wanted = {requirement for requirement, modules in fulfilled.items() if module_id in modules}
        if wanted:
            zone = ZoneInfo(path(conn, enrolled.path_id).time_zone)
            renewed = renewals(version(conn, enrolled.version_id).tree, judged.verdicts, zone, now=now)
            moments += [at for requirement, at in renewed.items() if requirement in wanted]
    return max(moments, default=None)


def renewals(tree: Group, verdicts: Mapping[str, Verdict], zone: ZoneInfo, *, now: datetime) -> dict[str, datetime]:
    """By requirement, since when it is open to be shown anew: where it, or a group around it, expired or soon will.

    A requirement is open anew from `renew_within` before the end, or else from the end.
    """
    return {leaf.id: max(moments) for leaf, moments in _leaves(tree, (), verdicts, zone, now) if moments}


def _leaves(
    node: Leaf | Group,
    outer: tuple[datetime, ...],
    verdicts: Mapping[str, Verdict],
    zone: ZoneInfo,
    now: datetime,
) -> Iterator[tuple[Leaf, tuple[datetime, ...]]]:
    """The requirements below, each with the moments since which it and the groups around it are open anew."""
    own = _open_from(node, verdicts.get(node.id), zone)
    moments = (*outer, own) if own is not None and own <= now else outer
    if isinstance(node, Leaf):
        yield node, moments
        return
    for item in node.items:
        if not isinstance(item, SignPost):
            yield from _leaves(item, moments, verdicts, zone, now)


def _open_from(node: Leaf | Group, found: Verdict | None, zone: ZoneInfo) -> datetime | None:
    """When the node is or was open to be shown anew; None where it never ends or was never satisfied."""
    if found is None or found.state not in {State.SATISFIED, State.EXPIRED}:
        return None
    ends = found.until if found.state == State.SATISFIED else found.since
    within = node.when.renew_within if node.when else None
    if ends is None or (within is None and found.state == State.SATISFIED):
        return None
    return before(ends, within, zone) if within else ends
