"""Where a statement names agents, and where it holds words of theirs: the places that may have to be forgotten."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import msgspec
from msgspec import Struct

Json = dict[str, Any]

_decoder: Final = msgspec.json.Decoder(Json, float_hook=Decimal)
_encoder: Final = msgspec.json.Encoder(decimal_format="number")  # so numbers leave with the digits they came with
_deterministic: Final = msgspec.json.Encoder(decimal_format="number", order="deterministic")


class Place(Struct, frozen=True):
    """The member `member` of `owner`, a part of a statement; `path` says where in the statement that is."""

    owner: Json
    member: str
    path: str

    @property
    def is_taken(self) -> bool:
        return self.member in self.owner

    @property
    def value(self) -> Any:
        return self.owner[self.member]


def read_payload(payload: bytes) -> Json:
    """A stored statement as plain values; numbers keep their digits."""
    return _decoder.decode(payload)


def written(value: object) -> bytes:
    """The JSON of plain values, members in their order."""
    return _encoder.encode(value)


def canonical(value: object) -> bytes:
    """The JSON of plain values, the same for equal ones, whatever the order of their members."""
    return _deterministic.encode(value)


def agent_places(act: Json, at: str = "") -> Iterator[Place]:
    """Every agent and group that the statement or SubStatement names; members of a group are inside of it."""
    for member in ("actor", "authority"):
        if member in act:
            yield Place(act, member, at + member)
    match act["object"].get("objectType"):
        case "Agent" | "Group":
            yield Place(act, "object", f"{at}object")
        case "SubStatement":
            yield from agent_places(act["object"], f"{at}object.")
    yield from _agents_of_context(act.get("context", {}), f"{at}context.")


def _agents_of_context(context: Json, at: str) -> Iterator[Place]:
    for member in ("instructor", "team"):
        if member in context:
            yield Place(context, member, at + member)
    for listed, member in (("contextAgents", "agent"), ("contextGroups", "group")):
        for index, each in enumerate(context.get(listed, ())):
            yield Place(each, member, f"{at}{listed}[{index}].{member}")


def word_places(act: Json, at: str = "") -> Iterator[Place]:
    """Where answers, extensions and attachments stand, or would stand: senders write there what they like."""
    for part, members in (("result", ("response", "extensions")), ("context", ("extensions",))):
        if part in act:
            for member in members:
                yield Place(act[part], member, f"{at}{part}.{member}")
    yield Place(act, "attachments", f"{at}attachments")
    if act["object"].get("objectType") == "SubStatement":
        yield from word_places(act["object"], f"{at}object.")
