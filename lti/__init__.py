"""The door from and back to the LMS: LTI 1.3 registrations, logins, launches and grades."""

from lti.grading.grades import grade_subscriptions
from lti.privacy import erase_from_lti, forget_lti_logins, known_to_lti
from lti.refusals import CookieBlocked, DeploymentPending, LaunchRefused
from lti.registering.platforms import (
    Deployment,
    Platform,
    add_platform,
    approve_deployment,
    list_deployments,
    list_platforms,
    platform,
    rename_issuer,
)

__all__ = [
    "CookieBlocked",
    "Deployment",
    "DeploymentPending",
    "LaunchRefused",
    "Platform",
    "add_platform",
    "approve_deployment",
    "erase_from_lti",
    "forget_lti_logins",
    "grade_subscriptions",
    "known_to_lti",
    "list_deployments",
    "list_platforms",
    "platform",
    "rename_issuer",
]
