"""What is judged of an enrolment, and what changed."""

from datetime import datetime

import msgspec

from paths.judging.completion import Verdict
from paths.register.register import Enrolment


class Judgement(msgspec.Struct, frozen=True):
    """The verdict of each node by its id, and the hash of the rules that it was judged by.

    It stands until `changes_at`, when time alone changes it, or for ever.
    """

    rule_hash: str
    verdicts: dict[str, Verdict]
    changes_at: datetime | None = None


class Change(msgspec.Struct, frozen=True):
    """An enrolment that is judged otherwise than before."""

    enrolment: Enrolment
    before: Judgement
    after: Judgement

    @property
    def nodes(self) -> list[str]:
        """The nodes whose verdict is another."""
        return [node for node, found in self.after.verdicts.items() if self.before.verdicts.get(node) != found]
