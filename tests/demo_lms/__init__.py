"""A small LTI 1.3 platform: `make demo` starts it, tests launch from it. It knows nothing of Waymark's code."""

from tests.demo_lms.app import application
from tests.demo_lms.cast import AYGUN, CAST, LEARNERS, NINO, OLENA, TEACHER, Person
from tests.demo_lms.course import Link, links_of_library
from tests.demo_lms.lms import CLIENT_ID, DEPLOYMENT_ID, DemoLms
from tests.demo_lms.serving import server
from tests.demo_lms.tokens import Draft, Forge, new_key, signed

__all__ = [
    "AYGUN",
    "CAST",
    "CLIENT_ID",
    "DEPLOYMENT_ID",
    "LEARNERS",
    "NINO",
    "OLENA",
    "TEACHER",
    "DemoLms",
    "Draft",
    "Forge",
    "Link",
    "Person",
    "application",
    "links_of_library",
    "new_key",
    "server",
    "signed",
]
