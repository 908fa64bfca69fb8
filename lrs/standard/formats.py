"""The formats in which statements are given back (Communication 2.1.3): ids and canonical; exact is as they came."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

Json = dict[str, Any]

_decoder: Final = msgspec.json.Decoder(float_hook=Decimal)
_encoder: Final = msgspec.json.Encoder(decimal_format="number")  # so numbers leave with the digits they came with

_IDENTIFIERS: Final = ("objectType", "mbox", "mbox_sha1sum", "openid", "account")


def as_ids(payload: bytes) -> bytes:
    """The statement with no more of its agents, activities, verbs and groups than what identifies them."""
    return _encoder.encode(_ids(_decoder.decode(payload)))


def as_canonical(payload: bytes, languages: Sequence[str], definitions: Mapping[str, bytes]) -> bytes:
    """The statement with the definitions that are given for its activities, and one language in each of their maps.

    `languages` are the reader's, best first. A verb has no other display than the one that its statement gives.
    """
    return _encoder.encode(_canonical(_decoder.decode(payload), languages, definitions))


def activities_of(payload: bytes) -> set[str]:
    """The IRIs of all activities in the statement."""
    found: set[str] = set()

    def activity(whole: Json) -> Json:
        found.add(whole["id"])
        return whole

    _with_parts(_decoder.decode(payload), agent=_same, verb=_same, activity=activity)
    return found


def _ids(act: Json) -> Json:
    return _with_parts(act, agent=_agent_id, verb=_only_id, activity=_only_id)


def _canonical(act: Json, languages: Sequence[str], definitions: Mapping[str, bytes]) -> Json:
    def verb(whole: Json) -> Json:
        return _changed(whole, {"display": lambda display: in_one_language(display, languages)})

    def activity(whole: Json) -> Json:
        known = definitions.get(whole["id"])
        defined = whole if known is None else {**whole, "definition": _decoder.decode(known)}
        return _changed(defined, {"definition": lambda definition: _definition(definition, languages)})

    return _with_parts(act, agent=_same, verb=verb, activity=activity)


def _same(whole: Json) -> Json:
    return whole


Change = Callable[[Any], Any]


def _changed(whole: Json, changes: dict[str, Change]) -> Json:
    return {name: changes[name](value) if name in changes else value for name, value in whole.items()}


def _each(change: Change) -> Change:
    return lambda values: [change(value) for value in values]


def _with_parts(act: Json, *, agent: Change, verb: Change, activity: Change) -> Json:
    """The statement or SubStatement with each of its agents, verbs and activities changed."""
    activities = _each(activity)
    listed = dict.fromkeys(("parent", "grouping", "category", "other"), activities)
    context = {
        "instructor": agent,
        "team": agent,
        "contextActivities": lambda whole: _changed(whole, listed),
        "contextAgents": _each(lambda whole: _changed(whole, {"agent": agent})),
        "contextGroups": _each(lambda whole: _changed(whole, {"group": agent})),
    }

    def target(whole: Json) -> Json:
        match whole.get("objectType", "Activity"):
            case "Activity":
                return activity(whole)  # type: ignore[no-any-return]  # a Change takes and gives any JSON
            case "Agent" | "Group":
                return agent(whole)  # type: ignore[no-any-return]  # likewise
            case "SubStatement":
                return _with_parts(whole, agent=agent, verb=verb, activity=activity)
        return whole

    changes: dict[str, Change] = {
        "actor": agent,
        "verb": verb,
        "object": target,
        "authority": agent,
        "context": lambda whole: _changed(whole, context),
    }
    return _changed(act, changes)


def _only_id(whole: Json) -> Json:
    return {"id": whole["id"]}


def _agent_id(whole: Json) -> Json:
    """The identifier; for an anonymous group the identifiers of its members."""
    identified: Json = {name: whole[name] for name in _IDENTIFIERS if name in whole}
    if identified.keys() - {"objectType"}:
        return identified
    return {**identified, "member": [_agent_id(member) for member in whole["member"]]}


def _definition(definition: Json, languages: Sequence[str]) -> Json:
    def one(texts: dict[str, str]) -> dict[str, str]:
        return in_one_language(texts, languages)

    components = _each(lambda component: _changed(component, {"description": one}))
    lists = dict.fromkeys(("choices", "scale", "source", "target", "steps"), components)
    return _changed(definition, {"name": one, "description": one, **lists})


def in_one_language(texts: dict[str, str], languages: Sequence[str]) -> dict[str, str]:
    """The text that suits the reader best (RFC 4647, 3.4), the first one where none does."""
    for wanted in languages:
        parts = wanted.lower().split("-")
        while parts:
            prefix = "-".join(parts)
            for tag, text in texts.items():
                if tag.lower() == prefix or tag.lower().startswith(f"{prefix}-"):
                    return {tag: text}
            parts.pop()
    return dict(list(texts.items())[:1])


def languages_of(accept_language: str) -> list[str]:
    """The languages of an Accept-Language header, best first (RFC 9110, 12.5.4)."""
    ranges = [_range(part) for part in accept_language.split(",") if part.strip()]
    return [tag for quality, tag in sorted(ranges, key=lambda one: -one[0]) if quality > 0 and tag != "*"]


def _range(part: str) -> tuple[float, str]:
    tag, _, parameter = part.partition(";")
    name, _, quality = parameter.strip().partition("=")
    try:
        return (float(quality) if name == "q" else 1.0), tag.strip()
    except ValueError:
        return 0.0, tag.strip()
