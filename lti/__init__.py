"""The door from and back to the LMS: LTI 1.3 registrations, logins, launches and grades."""

from lti.grades import grade_subscriptions
from lti.platforms import (
    Deployment,
    Platform,
    add_platform,
    approve_deployment,
    list_deployments,
    list_platforms,
    platform,
)
from lti.refusals import CookieBlocked, DeploymentPending, LaunchRefused

__all__ = [
    "CookieBlocked",
    "Deployment",
    "DeploymentPending",
    "LaunchRefused",
    "Platform",
    "add_platform",
    "approve_deployment",
    "grade_subscriptions",
    "list_deployments",
    "list_platforms",
    "platform",
]
