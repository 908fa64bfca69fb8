"""Ways through modules: requirement trees, enrolments, and completion that explains itself."""

from paths import check_tables as _check_tables  # noqa: F401 (their tables belong to the metadata at once)
from paths import drafts, editing
from paths import tables as _tables  # noqa: F401 (likewise)
from paths.ahead import DayAhead, DayKind, days_ahead
from paths.alone import publish_alone
from paths.audience import Audience, is_for
from paths.authored import Item, PathSource, Root
from paths.authoring import check_paths, in_order
from paths.catalogue import Path, PathVersion, path, path_alone, paths, paths_alone, version
from paths.checking import SelfCheck, differing, due_for_check, newest_check, note_check
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
from paths.composing import Composition
from paths.concerned import EVERYONE, Among, Whom
from paths.decomposing import path_source
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
from paths.enrolment_tables import EnrolmentRow, RowOutcome, check_enrolments, enrol_rows
from paths.events import PathCompleted, PathLost, RequirementSatisfied, TeamCompleted, TeamLost
from paths.evidence import Heard, heard_about, modules_for
from paths.explaining import Explained, explained
from paths.explanation import Explanation, Lack, Missing, Option, explain
from paths.extensions import Extended, extend, extendable, extended_of
from paths.facts import rename_agent
from paths.importing import PathImport, import_path
from paths.judgements import Judgement
from paths.map import PathMap, draw_path
from paths.migration import Migration, migrate_learners, migration, migrations_of, undo_migration
from paths.offers import Offer, Offers, Wanted, find_offers
from paths.opening import open_for
from paths.outlook import CHANGING, Affected, Outlook
from paths.path_view import PathView, path_view, path_views
from paths.pins import Pin, pinned_at, pins_of
from paths.privacy import known_to_paths
from paths.progress import PATH_SUBSCRIPTIONS, subjects_of
from paths.publishing import EditedSince, PathOrigin, follow_modules, lint_path, publish_path
from paths.recommendation import Because, Manner, Proposal, Reason, Wish, recommend, topics_offered, wish_of
from paths.register import Enrolment, enrolled_organisations, enrolled_persons, enrolment, enrolments_of
from paths.replay import FactDifference, VerdictDifference, replay, replay_teams
from paths.requirements import ROOT, All, Credits, Group, Leaf, Node, NOf, SignPost, Team, When
from paths.roster import EnrolmentOrder, Listed, Roster, count_enrolments, find_enrolments
from paths.step_view import Elsewhere, Step
from paths.steps import cheapest, next_steps
from paths.ticking import TICKED_AT_ONCE, has_due_change, tick
from paths.titles import titles_of
from paths.toml_form import export_path, path_toml
from paths.unmatched import Unknown, Unmatched, find_unmatched, forget_known
from paths.verdicts import verdict, verdict_at
from paths.versions import Change, Changed, Difference, Published, difference, version_numbered, versions
from paths.whatif import WhatIf, what_if, what_if_published

__all__ = [
    "CHANGING",
    "EVERYONE",
    "LATEST",
    "PATH_SUBSCRIPTIONS",
    "ROOT",
    "STATES",
    "TICKED_AT_ONCE",
    "Affected",
    "All",
    "Among",
    "Audience",
    "Because",
    "Change",
    "Changed",
    "Composition",
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
    "Unknown",
    "Unmatched",
    "Verdict",
    "VerdictDifference",
    "Wanted",
    "WhatIf",
    "When",
    "Whom",
    "Wish",
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
    "is_for",
    "known_to_paths",
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
    "tick",
    "titles_of",
    "topics_offered",
    "undo_migration",
    "verdict",
    "verdict_at",
    "version",
    "version_numbered",
    "versions",
    "what_if",
    "what_if_published",
    "wish_of",
]
