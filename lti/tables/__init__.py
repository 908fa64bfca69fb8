"""What is kept at the door: one file for each part."""

from lti.tables.grades import grade_deliveries, grade_lines, line_items, outages
from lti.tables.launches import lti_states, refused_launches, storage_frames
from lti.tables.links import link_targets, pickings
from lti.tables.platforms import courses, deployments, framers, platform_invitations, platforms
from lti.tables.rosters import course_members, course_rosters

__all__ = [
    "course_members",
    "course_rosters",
    "courses",
    "deployments",
    "framers",
    "grade_deliveries",
    "grade_lines",
    "line_items",
    "link_targets",
    "lti_states",
    "outages",
    "pickings",
    "platform_invitations",
    "platforms",
    "refused_launches",
    "storage_frames",
]
