"""The rules of activities and their definitions (xAPI-Data 2.4.4.1)."""

from typing import Final

from lrs.standard.refusals import check_extensions, check_iri, check_language_map, refuse
from lrs.standard.statements import Activity, ActivityDefinition, InteractionComponent

_RULE = "xAPI-Data 2.4.4.1"

_COMPONENTS: Final = {
    "choices": ("choice", "sequencing"),
    "scale": ("likert",),
    "source": ("matching",),
    "target": ("matching",),
    "steps": ("performance",),
}
"""Which list of components belongs to which types of interaction."""


def check_activity(activity: Activity, at: str) -> None:
    check_iri(activity.id, f"{at}.id")
    if activity.definition is not None:
        check_definition(activity.definition, f"{at}.definition")


def check_definition(definition: ActivityDefinition, at: str) -> None:
    check_language_map(definition.name, f"{at}.name")
    check_language_map(definition.description, f"{at}.description")
    if definition.type is not None:
        check_iri(definition.type, f"{at}.type")
    if definition.more_info is not None:
        check_iri(definition.more_info, f"{at}.moreInfo")
    check_extensions(definition.extensions, f"{at}.extensions")
    if definition.correct_responses_pattern is not None and definition.interaction_type is None:
        refuse(f"{at}.correctResponsesPattern", definition.correct_responses_pattern, _NEEDS_TYPE, _RULE)
    for member, interactions in _COMPONENTS.items():
        components: tuple[InteractionComponent, ...] | None = getattr(definition, member)
        if components is not None:
            _check_components(components, f"{at}.{member}", definition.interaction_type, interactions)


_NEEDS_TYPE = "stand beside an interactionType"


def _check_components(
    components: tuple[InteractionComponent, ...], at: str, interaction: str | None, allowed: tuple[str, ...]
) -> None:
    if interaction not in allowed:
        must = f"stand only beside interactionType {' or '.join(allowed)}, not {interaction}"
        refuse(at, components, must, _RULE)
    seen: set[str] = set()
    for index, component in enumerate(components):
        check_language_map(component.description, f"{at}[{index}].description")
        if component.id in seen:
            refuse(f"{at}[{index}].id", component.id, "differ from the other ids of its list", _RULE)
        seen.add(component.id)
