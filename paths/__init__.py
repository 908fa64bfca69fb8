"""Ways through modules: requirement trees, enrolments, and completion that explains itself."""

from paths import tables as _tables  # noqa: F401 (tables belong to the metadata as soon as they are known)
from paths.authoring import editing
from paths.authoring.accepting import Accepted, Counts, accept_activity, accepted_on, what_counts
from paths.authoring.alone import publish_alone
from paths.authoring.authored import Item, PathSource, Root
from paths.authoring.authoring import check_paths, in_order
from paths.authoring.composing import Composition
from paths.authoring.decomposing import path_source
from paths.authoring.importing import PathImport, import_path
from paths.authoring.publishing import EditedSince, PathOrigin, follow_modules, lint_path, publish_path
from paths.authoring.toml_form import export_path, path_toml
from paths.authoring.versions import Change, Changed, Difference, Published, difference, version_numbered, versions
from paths.changing import drafts
from paths.changing.concerned import EVERYONE, Among, Whom
from paths.changing.migration import (
    Migration,
    migrate_learners,
    migration,
    migrations_of,
    undo_migration,
    who_would_move,
    who_would_move_back,
)
from paths.changing.outlook import CHANGING, Affected, Outlook
from paths.changing.whatif import WhatIf, what_if, what_if_published
from paths.enrolling.enrolment import (
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
from paths.enrolling.enrolment_tables import EnrolmentRow, RowOutcome, check_enrolments, enrol_rows
from paths.enrolling.invited import invite_onto, invited_onto
from paths.enrolling.roster import EnrolmentOrder, Listed, Roster, count_enrolments, find_enrolments
from paths.folding.checking import SelfCheck, differing, due_for_check, newest_check, note_check
from paths.folding.progress import PATH_SUBSCRIPTIONS, subjects_of
from paths.folding.replay import FactDifference, VerdictDifference, replay, replay_teams
from paths.folding.ticking import TICKED_AT_ONCE, has_due_change, tick
from paths.judging.completion import (
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
from paths.judging.explanation import Explanation, Lack, Missing, Option, explain
from paths.judging.steps import cheapest, next_steps
from paths.keeping.evidence import Heard, heard_about, modules_for
from paths.keeping.facts import rename_agent
from paths.keeping.judgements import Judgement
from paths.keeping.unmatched import Unknown, Unmatched, find_unmatched, forget_known
from paths.keeping.verdicts import verdict, verdict_at
from paths.learning.ahead import DayAhead, DayKind, days_ahead
from paths.learning.explaining import Explained, explained
from paths.learning.linkable import Linkable, linkable
from paths.learning.map import PathMap, draw_path
from paths.learning.offers import Offer, Offers, Wanted, find_offers
from paths.learning.opening import open_for
from paths.learning.path_view import PathView, path_view, path_views
from paths.learning.recommendation import Because, Manner, Proposal, Reason, Wish, recommend, topics_offered, wish_of
from paths.learning.step_view import Elsewhere, Step
from paths.learning.team_progress import TeamOnPath, TeamProgress, team_progress, teams_on_paths
from paths.register.audience import Audience, is_for
from paths.register.catalogue import Path, PathVersion, is_for_teams, path, path_alone, paths, paths_alone, version
from paths.register.events import (
    PathCompleted,
    PathLost,
    RequirementLost,
    RequirementSatisfied,
    TeamCompleted,
    TeamLost,
)
from paths.register.extensions import Extended, extend, extendable, extended_of
from paths.register.locks import judgement_key
from paths.register.pins import Pin, pinned_at, pins_of
from paths.register.privacy import known_to_paths
from paths.register.register import (
    Enrolment,
    enrolled_organisations,
    enrolled_persons,
    enrolment,
    enrolments_of,
    enrolments_of_each,
    enrolments_with_ids,
)
from paths.register.titles import titles_of
from paths.tree.requirements import ROOT, All, Credits, Group, Leaf, Node, NOf, SignPost, Team, When

__all__ = [
    "CHANGING",
    "EVERYONE",
    "LATEST",
    "PATH_SUBSCRIPTIONS",
    "ROOT",
    "STATES",
    "TICKED_AT_ONCE",
    "Accepted",
    "Affected",
    "All",
    "Among",
    "Audience",
    "Because",
    "Change",
    "Changed",
    "Composition",
    "Counts",
    "Credits",
    "DayAhead",
    "DayKind",
    "Difference",
    "EditedSince",
    "Elsewhere",
    "Enrolment",
    "EnrolmentOrder",
    "EnrolmentRow",
    "EnrolmentStatus",
    "Evaluation",
    "Explained",
    "Explanation",
    "Extended",
    "Extension",
    "FactDifference",
    "Fulfilment",
    "Group",
    "Heard",
    "Item",
    "Judgement",
    "Lack",
    "Leaf",
    "Linkable",
    "Listed",
    "Manner",
    "Member",
    "Migration",
    "Missing",
    "NOf",
    "Node",
    "Offer",
    "Offers",
    "Option",
    "Origin",
    "Outlook",
    "Path",
    "PathCompleted",
    "PathImport",
    "PathLost",
    "PathMap",
    "PathOrigin",
    "PathSource",
    "PathVersion",
    "PathView",
    "Pin",
    "Proposal",
    "Published",
    "Reason",
    "Register",
    "RequirementLost",
    "RequirementSatisfied",
    "Root",
    "Roster",
    "RowOutcome",
    "SelfCheck",
    "SignPost",
    "Span",
    "Standing",
    "State",
    "Step",
    "Team",
    "TeamCompleted",
    "TeamLost",
    "TeamOnPath",
    "TeamProgress",
    "Unknown",
    "Unmatched",
    "Verdict",
    "VerdictDifference",
    "Wanted",
    "WhatIf",
    "When",
    "Whom",
    "Wish",
    "accept_activity",
    "accepted_on",
    "change_status",
    "cheapest",
    "check_enrolments",
    "check_paths",
    "count_enrolments",
    "days_ahead",
    "difference",
    "differing",
    "drafts",
    "draw_path",
    "due_for_check",
    "editing",
    "enrol",
    "enrol_organisation",
    "enrol_rows",
    "enrolled_organisations",
    "enrolled_persons",
    "enrolment",
    "enrolments_of",
    "enrolments_of_each",
    "enrolments_with_ids",
    "evaluate",
    "explain",
    "explained",
    "export_path",
    "extend",
    "extendable",
    "extended_of",
    "find_enrolments",
    "find_offers",
    "find_unmatched",
    "follow_modules",
    "forget_known",
    "has_due_change",
    "heard_about",
    "history_of",
    "import_path",
    "in_order",
    "invite_onto",
    "invited_onto",
    "is_for",
    "is_for_teams",
    "judgement_key",
    "known_to_paths",
    "linkable",
    "lint_path",
    "migrate_learners",
    "migration",
    "migrations_of",
    "modules_for",
    "newest_check",
    "next_steps",
    "note_check",
    "open_for",
    "path",
    "path_alone",
    "path_source",
    "path_toml",
    "path_view",
    "path_views",
    "paths",
    "paths_alone",
    "pinned_at",
    "pins_of",
    "publish_alone",
    "publish_path",
    "recommend",
    "rename_agent",
    "replay",
    "replay_teams",
    "standing_of",
    "standings_of",
    "subjects_of",
    "team_progress",
    "teams_on_paths",
    "tick",
    "titles_of",
    "topics_offered",
    "undo_migration",
    "verdict",
    "verdict_at",
    "version",
    "version_numbered",
    "versions",
    "what_counts",
    "what_if",
    "what_if_published",
    "who_would_move",
    "who_would_move_back",
    "wish_of",
]
