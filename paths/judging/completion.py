"""Completion: a pure function of the tree, the dated register and the facts. Nothing here knows a database or a clock.

A verdict's date is the date of its evidence, and a tree's date the earliest moment at which it was satisfied. Facts
that come late, twice or out of order, and statements voided meanwhile, therefore give the verdict of orderly ones.

What is satisfied is so over spans of time (holding.py, leaf_holding.py), by the facts that count (counting.py) towards
each condition (conditions.py). From them follows the verdict of a moment (judging.py), and what is missing
(explanation.py).
"""

from collections.abc import Iterable
from datetime import datetime

from modules import Fact
from paths.judging.counting import LATEST, Extension, Fulfilment, Member, Register, in_force
from paths.judging.judging import changes_at, judge_all, question
from paths.judging.spans import Span
from paths.judging.states import STATES, Evaluation, State, Verdict
from paths.tree.requirements import Group

__all__ = [
    "LATEST",
    "STATES",
    "Evaluation",
    "Extension",
    "Fulfilment",
    "Member",
    "Register",
    "Span",
    "State",
    "Verdict",
    "evaluate",
    "in_force",
]


def evaluate(
    tree: Group,
    register: Register,
    facts: Iterable[Fact],
    *,
    as_of: datetime = LATEST,
    known_at: datetime = LATEST,
) -> Evaluation:
    """The verdict of every node by its id, by the evidence up to `as_of` and by what had been heard up to `known_at`.

    A fact counts for nothing once it was known to be voided. A group without items that count, and a module that asks
    for nothing, are never satisfied: nothing would have been shown.
    """
    asked = question(tree, register, tuple(facts), as_of=as_of, known_at=known_at)
    verdicts = judge_all(asked)
    return Evaluation(verdicts, changes_at(asked, verdicts))
