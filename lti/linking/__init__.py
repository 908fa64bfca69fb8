"""Links into paths: chosen by whoever teaches, returned to the LMS, and resolved when somebody follows them."""

from lti.linking.pickings import Picking, begin_picking, forget_pickings, picking
from lti.linking.targets import keep_target, kept_target, resolved

__all__ = ["Picking", "begin_picking", "forget_pickings", "keep_target", "kept_target", "picking", "resolved"]
