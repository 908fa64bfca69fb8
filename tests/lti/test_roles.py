import pytest

from lti.standard.roles import CourseRole, standing_of

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
SYSTEM = "http://purl.imsglobal.org/vocab/lis/v2/system/person"
INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person"
LEARNER, INSTRUCTOR, MENTOR = CourseRole.LEARNER, CourseRole.INSTRUCTOR, CourseRole.MENTOR


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        ([f"{MEMBERSHIP}#Learner"], LEARNER),
        (["Learner"], LEARNER),
        ([f"{MEMBERSHIP}#Instructor"], INSTRUCTOR),
        (["Instructor"], INSTRUCTOR),
        ([f"{MEMBERSHIP}/Instructor#TeachingAssistant"], INSTRUCTOR),
        ([f"{MEMBERSHIP}/Learner#GuestLearner"], LEARNER),
        ([f"{MEMBERSHIP}#ContentDeveloper"], INSTRUCTOR),
        ([f"{MEMBERSHIP}#Mentor"], MENTOR),
        ([f"{MEMBERSHIP}#Learner", f"{MEMBERSHIP}#Instructor"], INSTRUCTOR),
        (["Mentor", "Instructor"], INSTRUCTOR),
        ([f"{INSTITUTION}#Instructor"], LEARNER),
        ([f"{INSTITUTION}#Administrator", f"{MEMBERSHIP}#Learner"], LEARNER),
        ([f"{SYSTEM}#Administrator", f"{MEMBERSHIP}#Instructor"], INSTRUCTOR),
        ([f"{SYSTEM}#User"], LEARNER),
        ([f"{MEMBERSHIP}#Wizard"], LEARNER),
        ([f"{MEMBERSHIP}#Instructor<script>"], LEARNER),
        (["urn:lti:role:ims/lis/Instructor"], LEARNER),
        ([], LEARNER),
    ],
)
def test_what_is_not_known_is_a_learner_at_most(roles: list[str], role: CourseRole) -> None:
    assert standing_of(roles).role is role


@pytest.mark.parametrize("role", [f"{SYSTEM}#Administrator", f"{SYSTEM}#SysAdmin", f"{INSTITUTION}#Administrator"])
def test_who_only_administers_the_lms_neither_teaches_nor_learns(role: str) -> None:
    standing = standing_of([role])
    assert standing.role is CourseRole.VISITOR
    assert not standing.is_graded


@pytest.mark.parametrize("vocabulary", ["lti", "lis/v2"])
def test_test_user_is_known_by_the_role_of_another_vocabulary(vocabulary: str) -> None:
    test_user = f"http://purl.imsglobal.org/vocab/{vocabulary}/system/person#TestUser"
    standing = standing_of([f"{MEMBERSHIP}#Learner", test_user])
    assert (standing.role, standing.is_test_user) == (LEARNER, True)
    assert not standing.is_graded
    assert not standing_of(["Learner"]).is_test_user


def test_only_learners_are_graded() -> None:
    assert standing_of(["Learner"]).is_graded
    assert not standing_of(["Instructor"]).is_graded
    assert not standing_of(["Mentor"]).is_graded
