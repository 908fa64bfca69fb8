"""Links into paths: chosen by whoever teaches, returned to the LMS, and resolved when somebody follows them."""

from lti.linking.acceptance import Acceptance, acceptance_of
from lti.linking.answers import Answer, Trouble, answer_of
from lti.linking.items import ContentItem, Placement, content_item
from lti.linking.pickings import Picking, begin_picking, forget_pickings, picking
from lti.linking.targets import keep_target, kept_target, resolved

__all__ = [
    "Acceptance",
    "Answer",
    "ContentItem",
    "Picking",
    "Placement",
    "Trouble",
    "acceptance_of",
    "answer_of",
    "begin_picking",
    "content_item",
    "forget_pickings",
    "keep_target",
    "kept_target",
    "picking",
    "resolved",
]
