"""What positions are called; one that somebody entered beside these is called as they wrote it."""

from collections.abc import Iterable, Mapping

from base import Words, msgid

POSITION_NAMES: Mapping[str, str] = {
    "mayor": msgid("Mayor"),
    "deputy-mayor": msgid("Deputy mayor"),
    "council-member": msgid("Council member"),
    "head-of-department": msgid("Head of a department"),
    "project-manager": msgid("Project manager"),
    "planner": msgid("Planner"),
    "finance-officer": msgid("Finance officer"),
    "innovation-advisor": msgid("Innovation advisor"),
    "policymaker": msgid("Policymaker"),
    "municipal-officer": msgid("Municipal officer"),
}


def told_positions(positions: Iterable[str], words: Words) -> str:
    """The names of the positions, one after another."""
    return "; ".join(words.text(POSITION_NAMES[each]) if each in POSITION_NAMES else each for each in positions)
