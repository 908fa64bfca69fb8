"""Ways through modules: requirement trees, enrolments, and completion that explains itself."""

from paths import check_tables as _check_tables  # noqa: F401 (their tables belong to the metadata at once)
from paths import tables as _tables  # noqa: F401 (likewise)
from paths.audience import Audience, is_for
from paths.authoring import check_paths
from paths.catalogue import Path, PathVersion, path, paths, version
from paths.completion import (
    LATEST,
    STATES,
    Evaluation,
    Extension,
    Fulfilment,
    Member,
    Register,
    Span,
    State,
    Verdict,
    evaluate,
)
from paths.concerned import EVERYONE, Among, Whom
from paths.enrolment import (
    EnrolmentStatus,
    Origin,
    Standing,
    change_status,
    enrol,
    enrol_organisation,
    history_of,
    standing_of,
    standings_of,
)
from paths.events import PathCompleted, PathLost, RequirementSatisfied, TeamCompleted, TeamLost
from paths.explanation import Explanation, Lack, Missing, Option, explain
from paths.extensions import Extended, extend, extended_of
from paths.facts import rename_agent
from paths.judgements import Judgement
from paths.opening import open_for
from paths.path_view import PathView, Step, path_view, path_views
from paths.pins import Pin, pinned_at, pins_of
from paths.privacy import known_to_paths
from paths.progress import PATH_SUBSCRIPTIONS, subjects_of
from paths.publishing import publish_path
from paths.register import Enrolment, enrolled_organisations, enrolled_persons, enrolment, enrolments_of
from paths.replay import FactDifference, VerdictDifference, replay, replay_teams
from paths.requirements import ROOT, All, Group, Leaf, Node, NOf
from paths.steps import cheapest, next_steps
from paths.unmatched import Unknown, Unmatched, find_unmatched, forget_known
from paths.verdicts import verdict, verdict_at
from paths.versions import Changed, Difference, Published, difference, version_numbered, versions
from paths.whatif import CHANGING, Affected, Outlook, WhatIf, what_if

__all__ = [
    "CHANGING",
    "EVERYONE",
    "LATEST",
    "PATH_SUBSCRIPTIONS",
    "ROOT",
    "STATES",
    "Affected",
    "All",
    "Among",
    "Audience",
    "Changed",
    "Difference",
    "Enrolment",
    "EnrolmentStatus",
    "Evaluation",
    "Explanation",
    "Extended",
    "Extension",
    "FactDifference",
    "Fulfilment",
    "Group",
    "Judgement",
    "Lack",
    "Leaf",
    "Member",
    "Missing",
    "NOf",
    "Node",
    "Option",
    "Origin",
    "Outlook",
    "Path",
    "PathCompleted",
    "PathLost",
    "PathVersion",
    "PathView",
    "Pin",
    "Published",
    "Register",
    "RequirementSatisfied",
    "Span",
    "Standing",
    "State",
    "Step",
    "TeamCompleted",
    "TeamLost",
    "Unknown",
    "Unmatched",
    "Verdict",
    "VerdictDifference",
    "WhatIf",
    "Whom",
    "change_status",
    "cheapest",
    "check_paths",
    "difference",
    "enrol",
    "enrol_organisation",
    "enrolled_organisations",
    "enrolled_persons",
    "enrolment",
    "enrolments_of",
    "evaluate",
    "explain",
    "extend",
    "extended_of",
    "find_unmatched",
    "forget_known",
    "history_of",
    "is_for",
    "known_to_paths",
    "next_steps",
    "open_for",
    "path",
    "path_view",
    "path_views",
    "paths",
    "pinned_at",
    "pins_of",
    "publish_path",
    "rename_agent",
    "replay",
    "replay_teams",
    "standing_of",
    "standings_of",
    "subjects_of",
    "verdict",
    "verdict_at",
    "version",
    "version_numbered",
    "versions",
    "what_if",
]
