"""A statement as a reader of one version sees it: each is answered in the terms of its version (decision 0011)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct, json

from lrs.standard.comparing import aware
from lrs.standard.forms import VERSION_1_0

_AS_1_0 = "1.0.0"
"""The version of a statement without anything of 2.0 in it (xAPI-Data 2.4.10)."""


class _Context(Struct):
    contextAgents: Any = None  # noqa: N815 (the standard's word)
    contextGroups: Any = None  # noqa: N815 (likewise)

    @property
    def is_of_2_0(self) -> bool:
        return self.contextAgents is not None or self.contextGroups is not None


class _Act(Struct):
    """The members of a statement, or of its object, that tell whether it is seen as it is kept: most are."""

    timestamp: str | None = None
    context: _Context = msgspec.field(default_factory=_Context)

    @property
    def is_in_utc(self) -> bool:
        return self.timestamp is None or self.timestamp.endswith(("Z", "+00:00"))


class _Kept(_Act):
    version: str = _AS_1_0
    object: _Act = msgspec.field(default_factory=_Act)


Members = dict[str, Raw]
Change = Callable[[Members], Members]

_kept: Final = json.Decoder(_Kept)
_members: Final = json.Decoder(Members)


def seen(payload: bytes, *, is_2_0: bool) -> bytes:
    """The statement, as it was stored, for a reader of 2.0 or of 1.0.

    A reader of 2.0 has every timestamp in UTC. One of 1.0 has a statement of 1.0: without what only 2.0 knows.
    """
    kept = _kept.decode(payload)
    if is_2_0:
        return payload if kept.is_in_utc and kept.object.is_in_utc else _changed(payload, _in_utc)
    is_of_1_0 = VERSION_1_0.fullmatch(kept.version) and not kept.context.is_of_2_0 and not kept.object.context.is_of_2_0
    return payload if is_of_1_0 else _changed(payload, _of_1_0)


def _changed(payload: bytes, change: Change) -> bytes:
    """The statement with the change made to itself and to its object, which may be a SubStatement."""
    members = change(_members.decode(payload))
    kept = _members.decode(members["object"])
    inner = change(kept)
    return json.encode(members if inner == kept else {**members, "object": Raw(json.encode(inner))})


def _in_utc(act: Members) -> Members:
    if "timestamp" not in act or bytes(act["timestamp"]).endswith((b'Z"', b'+00:00"')):
        return act
    instant = aware(json.decode(act["timestamp"], type=datetime))
    return {**act, "timestamp": Raw(json.encode(instant))}


def _of_1_0(act: Members) -> Members:
    """Without contextAgents and contextGroups, without a context that held nothing else, and of version 1.0.0."""
    kept = dict(act)
    if "version" in act:
        kept["version"] = Raw(json.encode(_AS_1_0))
    if "context" in act:
        context = _members.decode(act["context"])
        left = {name: value for name, value in context.items() if name not in ("contextAgents", "contextGroups")}
        kept["context"] = Raw(json.encode(left))
        if context and not left:
            del kept["context"]
    return kept
