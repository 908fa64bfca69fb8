"""When each node of a tree is satisfied, and by which statements. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from paths.judging.counting import Given, Member
from paths.judging.leaf_holding import Evidence, first_shown, lasting_evidence, lasting_spans
from paths.judging.spans import Span, Spans, at_once, covering, joined, within
from paths.tree.periods import after, before
from paths.tree.requirements import All, Credits, Group, Leaf, NOf, SignPost, Team, counted, judged, nodes

_MILLION = 1_000_000


class Term(msgspec.Struct, frozen=True):
    """For how long one completion of a group is valid, and what it was completed by."""

    valid: Span
    given: Given
    held: "Held"


class Held(msgspec.Struct, frozen=True):
    """When each node below one is satisfied, by its id; with it the terms of groups whose completion runs out.

    `anew` is what counts for showing such a group anew. Below a Team, a node is satisfied when enough members have it;
    what each has is in `members`, by the Team's id. `teams` says of each node there which Team it is in. `shown` keeps
    the evidence that was found: of each node at a moment, and of what does not run out at any.
    """

    spans: dict[str, Spans]
    terms: dict[str, tuple[Term, ...]]
    anew: dict[str, tuple[Given, "Held"]]
    teams: dict[str, Team]
    members: dict[str, tuple["MemberHeld", ...]]
    shown: dict[tuple[str, datetime | None], Evidence]

    def at(self, node: str, moment: datetime) -> Span | None:
        """The unbroken time around `moment` in which the node is satisfied, if it is."""
        return covering(self.spans.get(node, ()), moment)


class MemberHeld(msgspec.Struct, frozen=True):
    """When a member has each node below a Team satisfied, whether or not they belong to the organisation then."""

    member: Member
    given: Given
    held: Held

    def whole(self, items: Sequence[Leaf | Group]) -> Spans:
        """When they belong to the organisation and have all `items` satisfied, of which there is one at least."""
        all_ = at_once(len(items), [(1, self.held.spans[item.id]) for item in items]) if items else ()
        return within(all_, joined(self.member.belongs))

    def holding(self, items: Sequence[Leaf | Group], position: str) -> Spans:
        """When they also hold the position."""
        return within(self.whole(items), joined(self.member.positions.get(position, ())))


def held_by(given: Given, items: Iterable[Leaf | Group]) -> Held:
    """When `items` and all below them are satisfied by what is given."""
    held = _nothing_held()
    for item in items:
        _hold(item, given, held)
    return held


def credit(amount: float) -> int:
    """Credits in millionths: as authors write them, in decimals, they sum up exactly."""
    return round(amount * _MILLION)


def crediting(group: Credits | All | NOf) -> tuple[Leaf, ...]:
    """The leaves in `group`, however deep, that bring credits to it."""
    return tuple(leaf for leaf in nodes(group) if isinstance(leaf, Leaf) and not leaf.optional and leaf.credits)


def evidence(node: Leaf | Group, given: Given, held: Held, moment: datetime) -> Evidence:
    """By which statements `node` is satisfied at `moment`, at which it is; each once, in the author's order.

    They are the earliest, and where evidence runs out those that last longest.
    """
    known = held.shown.get((node.id, None)) or held.shown.get((node.id, moment))
    if known is None:
        known = held.shown[node.id, moment] = _evidence(node, given, held, moment)
    return known


def _evidence(node: Leaf | Group, given: Given, held: Held, moment: datetime) -> Evidence:
    team = held.teams.get(node.id)
    if team is not None:
        return _members_evidence((node,), members_with(team, (node,), held, moment)[: team.at_least], moment)
    if isinstance(node, Leaf):
        lasting = node.when and node.when.valid_for
        return lasting_evidence(node, lasting, given, moment) if lasting else ()
    for term in reversed(held.terms.get(node.id, ())):
        if term.valid.covers(moment):
            return _group_evidence(node, term.given, term.held, moment)
    return _group_evidence(node, given, held, moment)


def chosen(group: Group, held: Held, moment: datetime) -> list[Leaf | Group]:
    """The items by which `group` is satisfied at `moment`: the earliest that are enough, of equals the author's first.

    Of Credits they are leaves. Empty where they are not enough.
    """
    candidates = crediting(group) if isinstance(group, Credits) else counted(group)
    since = {item.id: span.start for item in candidates if (span := held.at(item.id, moment))}
    taken: list[str] = []
    left = _needed(group)
    for item in sorted((item for item in candidates if item.id in since), key=lambda item: since[item.id]):
        if left > 0:
            taken.append(item.id)
            left -= _weight(group, item)
    return [item for item in candidates if item.id in taken] if left <= 0 else []


def members_with(team: Team, items: Sequence[Leaf | Group], held: Held, moment: datetime) -> list[MemberHeld]:
    """The members who have all `items` of the team satisfied at `moment`, the earliest first."""
    return _earliest(((each, each.whole(items)) for each in held.members.get(team.id, ())), moment)


def holders(team: Team, position: str, held: Held, moment: datetime) -> list[MemberHeld]:
    """Those of the members who are done with the team's items and hold the position, the earliest first."""
    items = counted(team)
    return _earliest(((each, each.holding(items, position)) for each in held.members.get(team.id, ())), moment)


def _nothing_held() -> Held:
    return Held({}, {}, {}, {}, {}, {})


def _hold(node: Leaf | Group, given: Given, held: Held) -> None:
    if isinstance(node, Leaf):
        held.spans[node.id] = _leaf_spans(node, given, held)
        return
    _hold_items(node, given, held)
    whole = _combined(node, held)
    if node.when and node.when.valid_for:
        terms = tuple(_terms(node, given, held, whole))
        held.terms[node.id] = terms
        whole = joined(span for term in terms for span in within(_combined(node, term.held), (term.valid,)))
    held.spans[node.id] = whole


def _leaf_spans(leaf: Leaf, given: Given, held: Held) -> Spans:
    if leaf.when and leaf.when.valid_for:
        return lasting_spans(leaf, leaf.when.valid_for, given)
    if (first := first_shown(leaf, given)) is None:
        return ()
    since, held.shown[leaf.id, None] = first
    return (Span(since),)


def _hold_items(group: Group, given: Given, held: Held) -> None:
    if isinstance(group, Team):
        _hold_by_members(group, given, held)
    else:
        for item in judged(group):
            _hold(item, given, held)


def _combined(group: Group, held: Held) -> Spans:
    """When enough of the group's items are satisfied at once; never where it asks for nothing."""
    if isinstance(group, Team):
        return _team_spans(group, held)
    candidates = crediting(group) if isinstance(group, Credits) else counted(group)
    needed = _needed(group)
    return at_once(needed, [(_weight(group, item), held.spans[item.id]) for item in candidates]) if needed > 0 else ()


def _needed(group: Group) -> int:
    match group:
        case NOf(n=n):
            return n
        case Credits(credits=credits_):
            return credit(credits_)
        case _:
            return len(counted(group))


def _weight(group: Group, item: Leaf | Group) -> int:
    return credit(item.credits or 0) if isinstance(group, Credits) and isinstance(item, Leaf) else 1


def _terms(group: Group, given: Given, whole: Held, spans: Spans) -> Iterator[Term]:
    """Each completion of a group that is valid for a time; what is shown for the next is noted in `whole`.

    For the next one only evidence counts that is younger than the last completion, and not older than `renew_within`
    before it runs out. What needs no evidence does not run out.
    """
    assert group.when is not None  # or there are no terms
    assert group.when.valid_for is not None
    opened: datetime | None = None
    held = whole
    while spans:
        completed = spans[0].start if opened is None else max(spans[0].start, opened)
        if not (covering(spans, completed) and _group_evidence(group, given, held, completed)):
            yield Term(Span(completed), given, held)
            return
        end = after(completed, group.when.valid_for, given.zone)
        yield Term(Span(completed, end), given, held)
        opened = completed + timedelta.resolution
        if group.when.renew_within:
            opened = max(opened, before(end, group.when.renew_within, given.zone))
        given = given.from_(opened)
        held = _nothing_held()
        _hold_items(group, given, held)
        spans = _combined(group, held)
    if opened is not None:
        whole.anew[group.id] = given, held


def _group_evidence(group: Group, given: Given, held: Held, moment: datetime) -> Evidence:
    if isinstance(group, Team):
        return _members_evidence(counted(group), _team_members(group, held, moment), moment)
    found = (evidence(item, given, held, moment) for item in chosen(group, held, moment))
    return tuple(dict.fromkeys(statement for own in found for statement in own))


def _hold_by_members(team: Team, given: Given, held: Held) -> None:
    """A member is judged for themselves, so that a Team in a Team has nobody in it."""
    own = tuple(MemberHeld(member, theirs, held_by(theirs, judged(team))) for member, theirs in given.members)
    held.members[team.id] = own
    for node in nodes(team):
        if node is not team and not isinstance(node, SignPost):
            held.teams[node.id] = team
            held.spans[node.id] = at_once(team.at_least, [(1, each.whole((node,))) for each in own])


def _team_spans(team: Team, held: Held) -> Spans:
    own, items = held.members[team.id], counted(team)
    enough = at_once(team.at_least, [(1, each.whole(items)) for each in own])
    held_positions = [
        joined(span for each in own for span in each.holding(items, position)) for position in team.positions
    ]
    return at_once(1 + len(held_positions), [(1, enough), *((1, spans) for spans in held_positions)])


def _team_members(team: Team, held: Held, moment: datetime) -> list[MemberHeld]:
    """The earliest who are enough, and for each position the earliest who holds it."""
    taken = members_with(team, counted(team), held, moment)[: team.at_least]
    for position in team.positions:
        taken += [
            each for each in holders(team, position, held, moment)[:1] if not any(each is other for other in taken)
        ]
    return taken


def _earliest(spans: Iterable[tuple[MemberHeld, Spans]], moment: datetime) -> list[MemberHeld]:
    since = [(span.start, n, each) for n, (each, own) in enumerate(spans) if (span := covering(own, moment))]
    return [each for _, _, each in sorted(since, key=lambda found: found[:2])]


def _members_evidence(items: Iterable[Leaf | Group], members: Iterable[MemberHeld], moment: datetime) -> Evidence:
    found = (evidence(item, each.given, each.held, moment) for each in members for item in items)
    return tuple(dict.fromkeys(statement for own in found for statement in own))
