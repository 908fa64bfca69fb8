"""The rules of a statement that types cannot say (xAPI-Data 2.2 to 4.6); each refusal names place, value and rule."""

from lrs.standard.agent_rules import check_agent, check_authority, check_group, check_single_agent
from lrs.standard.definitions import check_activity
from lrs.standard.forms import MEDIA_TYPE, SHA2_HEX, VERSION_1_0, VERSION_2_0, is_duration
from lrs.standard.refusals import check_extensions, check_iri, check_iris, check_language, check_language_map, refuse
from lrs.standard.statements import (
    VOIDED,
    Activity,
    Agent,
    Attachment,
    Context,
    ContextActivities,
    Result,
    Score,
    Statement,
    StatementRef,
    SubStatement,
    Verb,
)


def check_statement(statement: Statement, at: str, *, is_2_0: bool) -> None:
    """Raise Invalid for the first rule that it breaks; `is_2_0` says which version the sender speaks."""
    _check_act(statement, at, is_2_0=is_2_0)
    if statement.verb.id == VOIDED and not isinstance(statement.object, StatementRef):
        refuse(f"{at}.object", statement.object, "be a StatementRef, since the verb voids", "xAPI-Data 2.3.2")
    if statement.authority is not None:
        check_authority(statement.authority, f"{at}.authority")
    if statement.version is not None:
        _check_version(statement.version, f"{at}.version", is_2_0=is_2_0)


def _check_version(version: str, at: str, *, is_2_0: bool) -> None:
    if VERSION_1_0.fullmatch(version) is None and not (is_2_0 and VERSION_2_0.fullmatch(version)):
        refuse(at, version, "be 1.0.x, or 2.0.x in a request of version 2.0", "xAPI-Data 2.4.10")


def _check_act(act: Statement | SubStatement, at: str, *, is_2_0: bool) -> None:
    check_agent(act.actor, f"{at}.actor")
    _check_verb(act.verb, f"{at}.verb")
    _check_object(act.object, f"{at}.object", is_2_0=is_2_0)
    if act.result is not None:
        _check_result(act.result, f"{at}.result")
    if act.context is not None:
        _check_context(act.context, f"{at}.context", is_2_0=is_2_0)
        _check_software(act.context, act.object, f"{at}.context")
    for index, attachment in enumerate(act.attachments or ()):
        _check_attachment(attachment, f"{at}.attachments[{index}]")


def _check_verb(verb: Verb, at: str) -> None:
    check_iri(verb.id, f"{at}.id")
    check_language_map(verb.display, f"{at}.display")


def _check_object(target: Activity | Agent | StatementRef | SubStatement, at: str, *, is_2_0: bool) -> None:
    match target:
        case Activity():
            check_activity(target, at)
        case Agent():
            check_agent(target, at)
        case SubStatement():
            _check_act(target, at, is_2_0=is_2_0)
        case StatementRef():
            pass


def _check_result(result: Result, at: str) -> None:
    if result.score is not None:
        _check_score(result.score, f"{at}.score")
    if result.duration is not None and not is_duration(result.duration):
        refuse(f"{at}.duration", result.duration, "be an ISO 8601 duration, such as PT4M30S", "xAPI-Data 4.6")
    check_extensions(result.extensions, f"{at}.extensions")


def _check_score(score: Score, at: str) -> None:
    rule = "xAPI-Data 2.4.5.1"
    if score.scaled is not None and not -1 <= score.scaled <= 1:
        refuse(f"{at}.scaled", score.scaled, "lie between -1 and 1", rule)
    if score.min is not None and score.max is not None and score.min >= score.max:
        refuse(f"{at}.min", score.min, f"be less than max, which is {score.max}", rule)
    if score.raw is None:
        return
    if score.min is not None and score.raw < score.min:
        refuse(f"{at}.raw", score.raw, f"be at least min, which is {score.min}", rule)
    if score.max is not None and score.raw > score.max:
        refuse(f"{at}.raw", score.raw, f"be at most max, which is {score.max}", rule)


def _check_context(context: Context, at: str, *, is_2_0: bool) -> None:
    if context.instructor is not None:
        check_agent(context.instructor, f"{at}.instructor")
    if context.team is not None:
        check_group(context.team, f"{at}.team")
    if context.context_activities is not None:
        _check_context_activities(context.context_activities, f"{at}.contextActivities")
    if context.language is not None:
        check_language(context.language, f"{at}.language", "xAPI-Data 2.4.6")
    check_extensions(context.extensions, f"{at}.extensions")
    _check_parts_of_2_0(context, at, is_2_0=is_2_0)


def _check_context_activities(activities: ContextActivities, at: str) -> None:
    for name in ("parent", "grouping", "category", "other"):
        for index, activity in enumerate(getattr(activities, name) or ()):
            check_activity(activity, f"{at}.{name}[{index}]")


def _check_parts_of_2_0(context: Context, at: str, *, is_2_0: bool) -> None:
    for name, parts in (("contextAgents", context.context_agents), ("contextGroups", context.context_groups)):
        if parts is not None and not is_2_0:
            refuse(f"{at}.{name}", parts, "be left out: xAPI 1.0.3 has no such member", "xAPI-Data 2.4.6")
    for index, part in enumerate(context.context_agents or ()):
        check_single_agent(part.agent, f"{at}.contextAgents[{index}].agent")
        _check_relevant_types(part.relevant_types, f"{at}.contextAgents[{index}].relevantTypes")
    for index, group in enumerate(context.context_groups or ()):
        check_group(group.group, f"{at}.contextGroups[{index}].group")
        _check_relevant_types(group.relevant_types, f"{at}.contextGroups[{index}].relevantTypes")


def _check_relevant_types(types: tuple[str, ...] | None, at: str) -> None:
    if types is None:
        return
    if not types:
        refuse(at, types, "hold at least one IRI", "IEEE 9274.1.1, 4.2.2.7")
    check_iris(types, at)


def _check_software(context: Context, target: object, at: str) -> None:
    if isinstance(target, Activity):
        return
    for name, value in (("revision", context.revision), ("platform", context.platform)):
        if value is not None:
            refuse(f"{at}.{name}", value, "be left out, since the object is not an Activity", "xAPI-Data 2.4.6")


def _check_attachment(attachment: Attachment, at: str) -> None:
    rule = "xAPI-Data 2.4.11"
    check_iri(attachment.usage_type, f"{at}.usageType", rule)
    check_language_map(attachment.display, f"{at}.display")
    check_language_map(attachment.description, f"{at}.description")
    if MEDIA_TYPE.fullmatch(attachment.content_type) is None:
        refuse(f"{at}.contentType", attachment.content_type, "be a media type, such as image/png", rule)
    if attachment.length < 0:
        refuse(f"{at}.length", attachment.length, "be a number of bytes", rule)
    if SHA2_HEX.fullmatch(attachment.sha2) is None:
        refuse(f"{at}.sha2", attachment.sha2, "be a SHA-2 hash in hex", rule)
    if attachment.file_url is not None:
        check_iri(attachment.file_url, f"{at}.fileUrl", rule)
