"""What a launch's roles mean for us (LTI 1.3 core, appendix A.2); what we do not know is a learner at most."""

import re
from collections.abc import Collection, Iterable
from enum import StrEnum

import msgspec

_CONTEXT_ROLE = re.compile(
    r"(?:http://purl\.imsglobal\.org/vocab/lis/v2/membership(?:/(?P<principal>\w+))?#)?(?P<role>\w+)"
)
# Canvas's "Student View" and others; the only role of another vocabulary (LTI 1.3 core, A.2.4), which some platforms
# spell like the rest.
_TEST_USER = re.compile(r"http://purl\.imsglobal\.org/vocab/(?:lti|lis/v2)/system/person#TestUser")
_OF_LMS = re.compile(
    r"http://purl\.imsglobal\.org/vocab/lis/v2/(?:system|institution)/person#"
    r"(?:Administrator|SysAdmin|SysSupport|AccountAdmin|Creator)"
)
_TEACHING = frozenset({"Instructor", "ContentDeveloper", "Manager", "Administrator"})


class CourseRole(StrEnum):
    """Somebody's part in the course that they come from; it grants nothing in Waymark."""

    LEARNER = "learner"
    INSTRUCTOR = "instructor"
    MENTOR = "mentor"
    VISITOR = "visitor"
    """Whoever administers the LMS and has no part in the course."""


class Standing(msgspec.Struct, frozen=True):
    role: CourseRole
    is_test_user: bool

    @property
    def is_graded(self) -> bool:
        """Whether they learn here, so that a grade book has a row for them: Moodle answers 400 for a teacher's score.

        A test user is nobody: the LMS makes them up, and others at every reset.
        """
        return self.role is CourseRole.LEARNER and not self.is_test_user


def standing_of(roles: Iterable[str]) -> Standing:
    """Roles as URIs, as sub-roles and as short names. Who teaches is not a learner of the same course.

    System and institution roles say nothing about the course: an administrator of the LMS is no instructor by that,
    and only where nothing else is said, no learner either.
    """
    sent = set(roles)
    principal = {match["principal"] or match["role"] for role in sent if (match := _CONTEXT_ROLE.fullmatch(role))}
    return Standing(_role(principal, sent), any(map(_TEST_USER.fullmatch, sent)))


def _role(principal: Collection[str], sent: Iterable[str]) -> CourseRole:
    if not _TEACHING.isdisjoint(principal):
        return CourseRole.INSTRUCTOR
    if "Mentor" in principal:
        return CourseRole.MENTOR
    of_lms = not principal and any(map(_OF_LMS.fullmatch, sent))
    return CourseRole.VISITOR if of_lms else CourseRole.LEARNER
