"""The door from and back to the LMS: LTI 1.3 registrations, logins, launches and grades."""

from lti.grading.grades import grade_subscriptions
from lti.launching.storage import Keep, Prove, StorageAsked, Store, forget_storage_frames, store_of_frame
from lti.privacy import erase_from_lti, forget_lti_logins, known_to_lti
from lti.refusals import CookieBlocked, DeploymentPending, LaunchRefused
from lti.registering.configuration import RegistrationRefused
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
from lti.services.connection import Fault, Finding, Step, check_connection

__all__ = [
    "CookieBlocked",
    "Deployment",
    "DeploymentPending",
    "Fault",
    "Finding",
    "InvitationRefused",
    "Keep",
    "LaunchRefused",
    "MadePlatformInvitation",
    "Platform",
    "PlatformHoldings",
    "PlatformInvitation",
    "PlatformStatus",
    "Prove",
    "RegistrationOffer",
    "RegistrationRefused",
    "Step",
    "StorageAsked",
    "Store",
    "ToolAddresses",
    "add_platform",
    "addresses_of",
    "approve_deployment",
    "approve_platform",
    "canvas_configuration",
    "check_connection",
    "disable_platform",
    "enable_platform",
    "erase_from_lti",
    "find_invitation",
    "forget_lti_logins",
    "forget_storage_frames",
    "grade_subscriptions",
    "holdings_of",
    "invite_platform",
    "known_to_lti",
    "list_deployments",
    "list_platforms",
    "move_platform",
    "open_invitations",
    "platform",
    "register_platform",
    "remove_platform",
    "rename_issuer",
    "rename_platform",
    "store_of_frame",
    "withdraw_platform_invitation",
]
