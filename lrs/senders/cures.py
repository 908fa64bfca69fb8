"""The known faults of what authoring tools send, and the cure of each. Pure.

Faults were seen in exports of Captivate, Rise, Storyline, H5P and Blackboard and in clients of Tin Can 0.9: durations
without T, bounds of a score that are both 0, language tags with underscores, activities named by a bare word, parents
without id, actors in the form of a Person. A cure gives back the very value that it was given where it sees no fault,
LEFT_OUT where the member goes, and never invents what was not said.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import quote

from lrs.standard.forms import NEGATIVE_ZERO_OFFSET, is_duration, is_iri, is_language_tag

LEFT_OUT: Final = object()
"""What a cure gives back for a member that is to go."""

_KEPT_IN_IRIS: Final = "%:/?#[]@!$&'()*+,;=~-._"
_HOST: Final = re.compile(r"(?:www\.|[a-z0-9-]+\.(?:[a-z0-9-]+\.)*[a-z]{2,}(?=[/:?#]))", re.IGNORECASE)
_OF_NO_SCHEME: Final = "urn:x-no-scheme:"
_VERBS: Final = "http://adlnet.gov/expapi/verbs/"


def cure_iri(value: Any) -> Any:
    """Blanks around it go, characters that no IRI has are escaped, and a name without a scheme is given one."""
    if not isinstance(value, str) or is_iri(value):
        return value
    text = value.strip()
    if not text:
        return LEFT_OUT
    escaped = quote(text, safe=_KEPT_IN_IRIS + "".join(each for each in text if not each.isascii()))
    if is_iri(escaped):
        return escaped
    return f"http://{escaped}" if _HOST.match(text) else f"{_OF_NO_SCHEME}{escaped}"


def cure_mbox(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = value.strip()
    if not text or "@" not in text:
        return LEFT_OUT if not text else value
    address = text[len("mailto:") :] if text.lower().startswith("mailto:") else text
    return f"mailto:{address.strip()}"


def cure_timestamp(value: Any) -> Any:
    """The same instant in the form of RFC 3339; a day alone is its first moment, in UTC."""
    if isinstance(value, int) and not isinstance(value, bool):
        return _of_milliseconds(value)
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.isdecimal():
        return _of_milliseconds(int(text))
    return _as_timestamp(text) if text else LEFT_OUT


def _as_timestamp(text: str) -> str:
    if NEGATIVE_ZERO_OFFSET.fullmatch(text) and "T" in text:
        return re.sub(r"-00(?::?00)?$", "Z", text)
    text = re.sub(r" (\d\d:?\d\d)$", r"+\1", text)  # a plus that was taken for a blank on its way
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return f"{text}T00:00:00Z"
    return re.sub(r"^(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d)(?=$|[Zz+-])", r"\1:00", text)


def _of_milliseconds(value: int) -> Any:
    try:
        return datetime.fromtimestamp(value / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        return value


def cure_duration(value: Any) -> Any:
    """Seconds, hours:minutes:seconds and a missing T become ISO 8601; a negative one is none, and an empty one goes."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return f"PT{max(value, 0)}S"
    if not isinstance(value, str) or is_duration(value):
        return value
    text = value.strip().upper()
    if not re.search(r"\d", text):
        return LEFT_OUT
    return "PT0S" if "-" in text else _as_duration(text)


def _as_duration(text: str) -> str:
    if clock := re.fullmatch(r"(\d{1,4}):(\d\d):(\d\d(?:\.\d+)?)", text):
        return f"PT{int(clock[1])}H{int(clock[2])}M{clock[3]}S"
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return f"PT{text}S"
    return re.sub(r"^P(?=[\d.]+[HS])", "PT", text)


def cure_number(value: Any) -> Any:
    """A number that came as a text; an empty text and "NaN" say nothing."""
    if not isinstance(value, str):
        return value
    try:
        number = Decimal(value.strip().replace(",", ".").removesuffix("%"))
    except InvalidOperation:
        return LEFT_OUT if not value.strip() else value
    return number if number.is_finite() else LEFT_OUT


def cure_boolean(value: Any) -> Any:
    said = value.strip().lower() if isinstance(value, str) else value
    if isinstance(said, bool):
        return value
    if said == "":
        return LEFT_OUT
    known = {"true": True, "1": True, 1: True, "yes": True, "false": False, "0": False, 0: False, "no": False}
    return known.get(said, value) if isinstance(said, str | int) else value


def cure_text(value: Any) -> Any:
    """A number or a truth value that should be a text; a list of answers by the standard's delimiter."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, list) and all(isinstance(each, str | int | Decimal) for each in value):
        return "[,]".join(cure_text(each) for each in value)
    return value


def cure_score(score: dict[str, Any]) -> Any:
    """The raw score is kept, and bounds that contradict it or each other go; a percentage is scaled."""
    numbers = {name: value for name, value in score.items() if isinstance(value, int | Decimal)}
    raw, low, high, scaled = (numbers.get(name) for name in ("raw", "min", "max", "scaled"))
    contradicts = low is not None and high is not None and low >= high
    contradicts |= raw is not None and ((low is not None and raw < low) or (high is not None and raw > high))
    cured = {name: value for name, value in score.items() if name not in {"min", "max"}} if contradicts else score
    if scaled is None or -1 <= scaled <= 1:
        return cured
    if raw is not None and high and not contradicts and 0 <= raw <= high:
        return {**cured, "scaled": Decimal(raw) / Decimal(high)}
    if scaled in range(2, 101):
        return {**cured, "scaled": Decimal(scaled) / 100}
    return {name: value for name, value in cured.items() if name != "scaled"}


def cure_uuid(value: Any) -> Any:
    """Braces go and hyphens come; what says nothing goes."""
    if not isinstance(value, str):
        return value
    text = value.strip().strip("{}").removeprefix("urn:uuid:")
    if text.lower() in {"", "null", "undefined", "none"}:
        return LEFT_OUT
    if re.fullmatch(r"[0-9A-Fa-f]{32}", text):
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
    return text


def cure_language(value: Any) -> Any:
    """Hyphens come, and subtags of a system's own go: "en_us_wp" is en-us."""
    if not isinstance(value, str) or is_language_tag(value):
        return value
    subtags = value.strip().replace("_", "-").split("-")
    shorter = ("-".join(subtags[:count]) for count in range(len(subtags), 0, -1))
    return next((tag for tag in shorter if is_language_tag(tag)), LEFT_OUT)


def cure_language_map(value: Any) -> Any:
    """A text alone is one in no known language; tags get hyphens, and what is no tag is "und"; values become texts."""
    if isinstance(value, str):
        return {"und": value}
    if not isinstance(value, dict):
        return value
    cured: dict[str, Any] = {}
    for tag, text in value.items():
        mended = cure_language(tag)
        name = "und" if mended is LEFT_OUT else mended
        cured.setdefault(name, cure_text(text))
    return cured


def cure_extensions(value: Any) -> Any:
    """Keys that are no IRIs are made some; the values may be anything."""
    if not isinstance(value, dict):
        return LEFT_OUT if value in ([], "") else value
    return {key if (iri := cure_iri(key)) is LEFT_OUT else iri: each for key, each in value.items()}


def cure_agent(agent: dict[str, Any]) -> Any:
    """A Person (Tin Can 0.9) is an agent; of several identifiers the account is kept, else the first."""
    cured = {name: each[0] if name != "member" and _is_list_of_one(each) else each for name, each in agent.items()}
    identifiers = [name for name in ("account", "mbox", "mbox_sha1sum", "openid") if cured.get(name)]
    surplus = identifiers[1:]
    return {name: each for name, each in cured.items() if name not in surplus}


def _is_list_of_one(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 1 and isinstance(value[0], str | dict)


def cure_group(agent: dict[str, Any]) -> Any:
    """Only a Group has members."""
    return {**agent, "objectType": "Group"} if agent.get("member") and agent.get("objectType") != "Group" else agent


def cure_object(target: dict[str, Any]) -> Any:
    """Without an objectType it would be an Activity; one without an id is known by its other members."""
    if "objectType" in target or "id" in target:
        return target
    if {"actor", "verb", "object"} <= target.keys():
        return {**target, "objectType": "SubStatement"}
    is_agent = target.keys() & {"mbox", "mbox_sha1sum", "openid", "account", "member"}
    return {**target, "objectType": "Group" if "member" in target else "Agent"} if is_agent else target


def cure_account(account: dict[str, Any]) -> Any:
    """The names that Tin Can 0.9 had for its members."""
    old = {"accountServiceHomePage": "homePage", "accountName": "name"}
    if not old.keys() & account.keys():
        return account
    return {old.get(name, name): value for name, value in account.items()}


def cure_verb(verb: Any) -> Any:
    """A verb of Tin Can 0.9, which was one of ADL's words."""
    return {"id": f"{_VERBS}{verb.strip()}"} if isinstance(verb, str) and re.fullmatch(r"\s*[a-z-]+\s*", verb) else verb


_TYPES: Final = ("Activity", "Agent", "Group", "StatementRef", "SubStatement", "Person")


def cure_object_type(value: Any) -> Any:
    if not isinstance(value, str) or value in _TYPES[:-1]:
        return value
    known = {each.lower(): each for each in _TYPES} | {"person": "Agent"}
    return known.get(value.strip().lower(), value)


_INTERACTIONS: Final = (
    "true-false", "choice", "fill-in", "long-fill-in", "matching", "performance", "sequencing", "likert", "numeric",
    "other",
)  # fmt: skip
_OTHER_NAMES: Final = {
    "multiple-choice": "choice",
    "essay": "long-fill-in",
    "sequence": "sequencing",
    "match": "matching",
}


def cure_interaction(value: Any) -> Any:
    if not isinstance(value, str) or value in _INTERACTIONS:
        return value
    name = value.strip().lower().replace("_", "-").replace(" ", "-")
    return name if name in _INTERACTIONS else _OTHER_NAMES.get(name, "other")


def cure_definition(definition: dict[str, Any]) -> Any:
    """A pattern of right answers belongs to an interaction, if only to an "other" one."""
    if "correctResponsesPattern" in definition and "interactionType" not in definition:
        return {**definition, "interactionType": "other"}
    return definition


def cure_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def cure_activities(value: Any) -> Any:
    """Activities without an id are nobody's parent."""
    listed = value if isinstance(value, list) else [value]
    named = [
        each for each in listed if isinstance(each, dict) and isinstance(each.get("id"), str) and each["id"].strip()
    ]
    return value if len(named) == len(listed) else named or LEFT_OUT


def cure_version(value: Any) -> Any:
    return value if isinstance(value, str) and re.fullmatch(r"(1\.0(\.\d+)?|2\.0\.\d+)", value) else LEFT_OUT


Apply = Callable[[Any], Any]
