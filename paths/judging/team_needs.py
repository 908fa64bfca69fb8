"""What the positions that a team asks for still lack: nobody holds one, or whoever does has something left. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from modules import Fact
from paths.judging.counting import LATEST, Register
from paths.judging.holding import Held, MemberHeld, holders
from paths.judging.judging import Question, question
from paths.judging.spans import covering
from paths.tree.requirements import All, Group, Team, counted, nodes


class PositionNeed(msgspec.Struct, frozen=True):
    """One position that `team` (its node) asks for. `covered`: a member who holds it has done all that the team asks.

    `holders` is how many members hold it; `missing` are the nodes that the one of them lacks who lacks the fewest.
    """

    team: str
    position: str
    covered: bool
    holders: int
    missing: tuple[str, ...] = ()


def position_needs(
    tree: Group,
    register: Register,
    facts: Iterable[Fact],
    *,
    as_of: datetime = LATEST,
    known_at: datetime = LATEST,
) -> tuple[PositionNeed, ...]:
    """Of every team in the tree and each position that it asks for, by the same evidence as `evaluate` has."""
    asked = question(tree, register, tuple(facts), as_of=as_of, known_at=known_at)
    teams = (node for node in nodes(tree) if isinstance(node, Team))
    return tuple(_need(team, position, asked) for team in teams for position in team.positions)


def _need(team: Team, position: str, asked: Question) -> PositionNeed:
    holding = [each for each in asked.held.members.get(team.id, ()) if _holds(each, position, asked.as_of)]
    if holders(team, position, asked.held, asked.as_of):
        return PositionNeed(team.id, position, covered=True, holders=len(holding))
    lacks = (tuple(_lacking(team, each.held, asked.as_of)) for each in holding)
    nearest = min(lacks, key=len, default=())
    return PositionNeed(team.id, position, covered=False, holders=len(holding), missing=nearest)


def _holds(each: MemberHeld, position: str, moment: datetime) -> bool:
    held = each.member.positions.get(position, ())
    return covering(each.member.belongs, moment) is not None and covering(held, moment) is not None


def _lacking(group: Group, held: Held, moment: datetime) -> Iterator[str]:
    """What keeps the group from being satisfied; of a group of which all is needed, what it lacks itself."""
    for item in counted(group):
        if held.at(item.id, moment) is not None:
            continue
        if isinstance(item, All):
            yield from _lacking(item, held, moment)
        else:
            yield item.id
