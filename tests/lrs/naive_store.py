"""The standard's filters over statements in a list, said as plainly as it can be (Communication 2.1.3, Data 2.3.2)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.lrs.makers import VOIDED

Json = dict[str, Any]
IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")


@dataclass
class NaiveStore:
    """Statements as the store gives them back, in the order in which they came."""

    statements: list[Json] = field(default_factory=list)

    def matching(self, parameters: Json) -> list[str]:
        """The ids that all pages together hold."""
        found = [one["id"] for one in self.statements if self._is_shown(one) and self._matches(one, parameters)]
        return found if parameters.get("ascending") else found[::-1]

    def is_voided(self, statement_id: str) -> bool:
        """Whether a voiding statement is there for it, and it is there and voids nothing itself."""
        one = self._with_id(statement_id)
        targets = (each["object"]["id"].lower() for each in self.statements if _voids(each))
        return one is not None and not _voids(one) and statement_id in targets

    def _is_shown(self, one: Json) -> bool:
        return not self.is_voided(one["id"])

    def _matches(self, one: Json, asked: Json) -> bool:
        stored = datetime.fromisoformat(one["stored"])
        if ("since" in asked and stored <= asked["since"]) or ("until" in asked and stored > asked["until"]):
            return False
        chain = list(self._chain(one))
        agents = _related_agents if asked.get("related_agents") else _agents
        activities = _related_activities if asked.get("related_activities") else _activities
        return (
            ("agent" not in asked or any(_same(asked["agent"], each) for link in chain for each in agents(link)))
            and ("activity" not in asked or any(asked["activity"] in activities(link) for link in chain))
            and ("verb" not in asked or any(asked["verb"] == link["verb"]["id"] for link in chain))
            and ("registration" not in asked or any(asked["registration"] == _registration(link) for link in chain))
        )

    def _chain(self, one: Json | None) -> Iterator[Json]:
        """The statement, its target, the target's target and so on, each once."""
        seen: list[str] = []
        while one is not None and one["id"] not in seen:
            yield one
            seen.append(one["id"])
            target = one["object"]
            one = self._with_id(target["id"].lower()) if target.get("objectType") == "StatementRef" else None

    def _with_id(self, statement_id: str) -> Json | None:
        return next((each for each in self.statements if each["id"] == statement_id), None)


def _voids(one: Json) -> bool:
    return bool(one["verb"]["id"] == VOIDED)


def _same(one: Json, other: Json) -> bool:
    return any(name in one and one.get(name) == other.get(name) for name in IDENTIFIERS)


def _with_members(agent: Json | None) -> list[Json]:
    return [] if agent is None else [agent, *agent.get("member", [])]


def _agents(one: Json) -> list[Json]:
    target = one["object"]
    about = target if target.get("objectType") in {"Agent", "Group"} else None
    return [*_with_members(one["actor"]), *_with_members(about)]


def _related_agents(one: Json) -> list[Json]:
    context = one.get("context", {})
    parts = [context.get("instructor"), context.get("team"), one.get("authority")]
    parts += [each["agent"] for each in context.get("contextAgents", [])]
    parts += [each["group"] for each in context.get("contextGroups", [])]
    inner = _related_agents(one["object"]) if one["object"].get("objectType") == "SubStatement" else []
    return [*_agents(one), *(each for part in parts for each in _with_members(part)), *inner]


def _activities(one: Json) -> list[str]:
    return [one["object"]["id"]] if one["object"].get("objectType", "Activity") == "Activity" else []


def _related_activities(one: Json) -> list[str]:
    listed = one.get("context", {}).get("contextActivities", {})
    inner = _related_activities(one["object"]) if one["object"].get("objectType") == "SubStatement" else []
    return [*_activities(one), *(each["id"] for activities in listed.values() for each in activities), *inner]


def _registration(one: Json) -> str | None:
    registration: str | None = one.get("context", {}).get("registration")
    return registration
