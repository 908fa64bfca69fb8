"""The door from and back to the LMS: LTI 1.3 registrations, logins, launches and grades."""

from lti.grading.grades import grade_subscriptions
from lti.launching.storage import Keep, Prove, StorageAsked, Store, forget_storage_frames, store_of_frame
from lti.privacy import erase_from_lti, forget_lti_logins, known_to_lti
from lti.refusals import CookieBlocked, DeploymentPending, LaunchRefused
from lti.registering.configuration import RegistrationRefused
from lti.registering.courses import Course, course_of, courses_of
from lti.registering.deciding import (
    approve_platform,
    disable_platform,
    enable_platform,
    move_platform,
    rename_platform,
)
from lti.registering.dynamic import RegistrationOffer, register_platform
from lti.registering.invitations import (
    InvitationRefused,
    MadePlatformInvitation,
    PlatformInvitation,
    find_invitation,
    invite_platform,
    open_invitations,
    withdraw_platform_invitation,
)
from lti.registering.platforms import (
    Deployment,
    Platform,
    PlatformStatus,
    add_platform,
    approve_deployment,
    list_deployments,
    list_platforms,
    platform,
    rename_issuer,
)
from lti.registering.removing import PlatformHoldings, holdings_of, remove_platform
from lti.registering.tool import ToolAddresses, addresses_of, canvas_configuration
from lti.rostering.foreseeing import Foreseen, Seat, foresee, seats_of
from lti.rostering.planning import MemberState, Outcome
from lti.rostering.rosters import (
    CourseRoster,
    add_roster,
    ask_for_members,
    count_members,
    let_members_go,
    roster,
    rosters,
    start_roster,
    stop_roster,
)
from lti.rostering.timing import call_due_rosters, has_due_roster, roster_subscriptions
from lti.services.connection import Fault, Finding, Step, check_connection
from lti.standard.roles import CourseRole

__all__ = [
    "CookieBlocked",
    "Course",
    "CourseRole",
    "CourseRoster",
    "Deployment",
    "DeploymentPending",
    "Fault",
    "Finding",
    "Foreseen",
    "InvitationRefused",
    "Keep",
    "LaunchRefused",
    "MadePlatformInvitation",
    "MemberState",
    "Outcome",
    "Platform",
    "PlatformHoldings",
    "PlatformInvitation",
    "PlatformStatus",
    "Prove",
    "RegistrationOffer",
    "RegistrationRefused",
    "Seat",
    "Step",
    "StorageAsked",
    "Store",
    "ToolAddresses",
    "add_platform",
    "add_roster",
    "addresses_of",
    "approve_deployment",
    "approve_platform",
    "ask_for_members",
    "call_due_rosters",
    "canvas_configuration",
    "check_connection",
    "count_members",
    "course_of",
    "courses_of",
    "disable_platform",
    "enable_platform",
    "erase_from_lti",
    "find_invitation",
    "foresee",
    "forget_lti_logins",
    "forget_storage_frames",
    "grade_subscriptions",
    "has_due_roster",
    "holdings_of",
    "invite_platform",
    "known_to_lti",
    "let_members_go",
    "list_deployments",
    "list_platforms",
    "move_platform",
    "open_invitations",
    "platform",
    "register_platform",
    "remove_platform",
    "rename_issuer",
    "rename_platform",
    "roster",
    "roster_subscriptions",
    "rosters",
    "seats_of",
    "start_roster",
    "stop_roster",
    "store_of_frame",
    "withdraw_platform_invitation",
]
