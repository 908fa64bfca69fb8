"""A course of the demo LMS whose teacher has been sent to choose."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import Connection

from lti import Picking, Platform, picking
from lti.launching.launch import Launch
from lti.launching.targets import Target
from lti.linking import begin_picking
from lti.standard.claims import Context, DeepLinkingSettings, GradeService, Message, ResourceLink
from lti.standard.roles import CourseRole, Standing
from people import Account, person_of_account
from tests.lti.linking.settings import settings
from tests.paths import world
from tests.paths.makers import leaf
from tests.times import NOW

FRAME = "Qm9vay1vZi1mcmFtZXM"
TEACHER = Account("https://lms.example", "2")


@pytest.fixture
def growth(platform: Platform, write: Callable[..., Any]) -> None:
    """A path of two modules."""
    write(world.publish_modules)
    write(world.publish, leaf("r-intro", "intro"), leaf("r-budget", "budget"))


@pytest.fixture
def to_course(platform: Platform) -> Launch:
    """A teacher asks for activities."""
    return launch_of(platform, message=Message.DEEP_LINKING, deep_linking=settings())


@pytest.fixture
def to_link(platform: Platform) -> Launch:
    """A teacher opens a link that says no target."""
    return launch_of(platform, resource_link=ResourceLink("link-7", "Our path"))


def launch_of(platform: Platform, **changed: Any) -> Launch:
    blank: dict[str, Any] = dict.fromkeys(Launch.__struct_fields__)
    own = {
        "platform": platform,
        "deployment_id": "1",
        "account": TEACHER,
        "full_name": "Anahit Sargsyan",
        "language": "en",
        "standing": Standing(CourseRole.INSTRUCTOR, is_test_user=False),
        "target": Target(),
        "message": Message.RESOURCE_LINK,
        "context": Context("ctx-1", title="Local economic development"),
        "grade_service": GradeService(),
    }
    return Launch(**(blank | own | changed))


def begun(conn: Connection, launch: Launch, settings: DeepLinkingSettings | None = None) -> Picking:
    """The choice that the launch begins, as whoever launched finds it."""
    asked = launch if settings is None else msgspec.structs.replace(launch, deep_linking=settings)
    location = begin_picking(conn, asked, frame=FRAME, now=NOW)
    teacher = person_of_account(conn, TEACHER)
    assert teacher is not None
    return picking(conn, id_of(location), teacher.id, frame=FRAME, now=NOW)


def id_of(location: str) -> UUID:
    assert location.startswith("/pick/")
    return UUID(location.removeprefix("/pick/"))
