"""The door from and back to the LMS: LTI 1.3 registrations, logins, launches and grades."""

from lti.platforms import (
    Deployment,
    Platform,
    add_platform,
    approve_deployment,
    find_platform,
    list_deployments,
    list_platforms,
)

__all__ = [
    "Deployment",
    "Platform",
    "add_platform",
    "approve_deployment",
    "find_platform",
    "list_deployments",
    "list_platforms",
]
