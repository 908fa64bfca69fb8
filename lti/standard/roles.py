"""What a launch's roles mean for us (LTI 1.3 core, appendix A.2); what we do not know is a learner at most."""

import re
from collections.abc import Iterable
from enum import StrEnum

import msgspec

_CONTEXT_ROLE = re.compile(
    r"(?:http://purl\.imsglobal\.org/vocab/lis/v2/membership(?:/(?P<principal>\w+))?#)?(?P<role>\w+)"
)
# Canvas's "Student View" and others; the only role of another vocabulary (LTI 1.3 core, A.2.4).
_TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
_TEACHING = frozenset({"Instructor", "ContentDeveloper", "Manager", "Administrator"})


class CourseRole(StrEnum):
    """Somebody's part in the course that they come from; it grants nothing in Waymark."""

    LEARNER = "learner"
    INSTRUCTOR = "instructor"
    MENTOR = "mentor"


class Standing(msgspec.Struct, frozen=True):
    role: CourseRole
    is_test_user: bool

    @property
    def is_graded(self) -> bool:
        """Whether a grade book has a row for them: Moodle answers 400 for a teacher's score."""
        return self.role is CourseRole.LEARNER


def standing_of(roles: Iterable[str]) -> Standing:
    """Roles as URIs, as sub-roles and as short names. Who teaches is not a learner of the same course.

    System and institution roles say nothing about the course: an administrator of the LMS is no instructor by that.
    """
    sent = set(roles)
    principal = {match["principal"] or match["role"] for role in sent if (match := _CONTEXT_ROLE.fullmatch(role))}
    if principal & _TEACHING:
        role = CourseRole.INSTRUCTOR
    else:
        role = CourseRole.MENTOR if "Mentor" in principal else CourseRole.LEARNER
    return Standing(role, _TEST_USER in sent)
