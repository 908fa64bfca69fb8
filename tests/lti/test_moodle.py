"""The whole loop with a Moodle that runs: registered by one address, picked, opened, passed, graded, on the roster.

Set MOODLE_URL (its wwwroot), MOODLE_ADMIN and MOODLE_PASSWORD, MOODLE_COURSE (an id), and the names and passwords of a
teacher and a learner of that course: MOODLE_TEACHER, MOODLE_TEACHER_PASSWORD, MOODLE_LEARNER, MOODLE_LEARNER_PASSWORD.
The Moodle must be able to reach this machine (its "cURL blocked hosts list"). It is left with a tool more.
"""

import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from content import read_library
from tests.journeys.right_answers import right_fields
from tests.lti.moodle import CONFIGURED, Browser, Form, Visitor, forms_of
from tests.running import LIBRARY, Service, command, environment_in, free_port, running

NEEDED = (
    "MOODLE_URL", "MOODLE_ADMIN", "MOODLE_PASSWORD", "MOODLE_COURSE", "MOODLE_TEACHER", "MOODLE_TEACHER_PASSWORD",
    "MOODLE_LEARNER", "MOODLE_LEARNER_PASSWORD",
)  # fmt: skip
PATH = "pathways-for-economic-growth"
REQUIREMENT = "r-pathway"
MODULE = "pathway-for-economic-growth"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        any(name not in os.environ for name in NEEDED), reason=f"no Moodle: set {', '.join(NEEDED)} to try with one"
    ),
]


def visitor(who: str) -> Visitor:
    name, password = (
        ("MOODLE_ADMIN", "MOODLE_PASSWORD") if who == "ADMIN" else (f"MOODLE_{who}", f"MOODLE_{who}_PASSWORD")
    )
    return Visitor(os.environ["MOODLE_URL"], os.environ[name], os.environ[password])


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Waymark with its library, allowed to ask the Moodle's host."""
    folder = tmp_path_factory.mktemp("with-moodle")
    host = urlsplit(os.environ["MOODLE_URL"]).hostname or ""
    environment = {**environment_in(folder, free_port()), "WAYMARK_PRIVATE_HOSTS": host}
    with running(environment, folder / "output", "--prepare", str(LIBRARY)) as service:
        yield service
    assert "Traceback" not in service.output.read_text()


def told(service: Service, *arguments: str) -> Any:
    return json.loads(command(service.environment, *arguments, "--json"))


@pytest.fixture(scope="module")
def tool(service: Service) -> Iterator[str]:
    """Waymark in the Moodle: registered by pasting one address, let in on both sides; its id there."""
    admin = visitor("ADMIN")
    before = {each["id"] for each in admin.tools()}
    address = told(service, "platform", "invite", "Moodle")["link"]
    start = {"url": address, "sesskey": admin.sesskey()}
    asked = admin.get(f"/mod/lti/startltiadvregistration.php?{urlencode(start)}")
    (offer,) = forms_of(asked)
    done = admin.send(offer)
    assert done.is_success, done.text
    (added,) = [each for each in admin.tools() if each["id"] not in before]
    assert added["state"]["pending"]
    admin.call("mod_lti_update_tool_type", {"id": added["id"], "state": CONFIGURED})
    (listed,) = told(service, "platform", "list")
    assert (listed["platform"]["status"], listed["platform"]["product"]) == ("pending", "moodle")
    told(service, "platform", "approve", "Moodle")
    yield str(added["id"])
    admin.call("mod_lti_delete_tool_type", {"id": added["id"]})
    admin.close()


@pytest.fixture(scope="module")
def teacher() -> Iterator[Visitor]:
    visiting = visitor("TEACHER")
    yield visiting
    visiting.close()


@pytest.fixture(scope="module")
def learner() -> Iterator[Visitor]:
    visiting = visitor("LEARNER")
    yield visiting
    visiting.close()


def until(seen: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not seen():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.5)


def pass_module(learner: Visitor, service: Service, landed: str) -> None:
    """From the page that a launch led to: open the module, and answer every question rightly."""
    (module,) = [each for each in read_library(LIBRARY).modules if each.slug == MODULE]
    assert module.quiz is not None
    prefix = "/".join(urlsplit(landed).path.split("/")[:3])
    opening = f"{service.url}{prefix}/modules/{module.id}/open"
    opened = learner.post(opening, {"back": f"/paths/{PATH}"}, follow=False)
    assert opened.status_code == 303, (opening, opened.text, learner.client.cookies)
    address = opened.headers["location"]
    learner.get(address)
    answers: Mapping[str, Any] = _gathered(right_fields(module.quiz))
    result = learner.post(f"{address}quiz", answers)
    assert result.is_success, result.text


def _gathered(fields: list[tuple[str, str]]) -> dict[str, list[str]]:
    gathered: dict[str, list[str]] = {}
    for name, value in fields:
        gathered.setdefault(name, []).append(value)
    return gathered


def test_a_link_of_a_teacher_is_opened_passed_and_graded(
    service: Service, tool: str, teacher: Visitor, learner: Visitor
) -> None:
    course = os.environ["MOODLE_COURSE"]
    name = f"Growth {tool}"
    activity = teacher.add_activity(course, tool, name, f"path={PATH}\nrequirement={REQUIREMENT}")
    landed = learner.launch(f"/mod/lti/launch.php?id={activity}")
    assert landed.status_code == 303, landed.text
    page = learner.get(landed.headers["location"])
    assert page.is_success
    pass_module(learner, service, landed.headers["location"])
    grades = f"/grade/report/user/index.php?id={course}"
    until(lambda: f"{name}" in (report := learner.get(grades).text) and "100.00" in report.partition(name)[2])


def test_a_reload_of_the_launch_is_told_to_open_the_link_again(tool: str, teacher: Visitor, learner: Visitor) -> None:
    activity = teacher.add_activity(os.environ["MOODLE_COURSE"], tool, f"Again {tool}", f"path={PATH}")
    (login,) = forms_of(learner.get(f"/mod/lti/launch.php?id={activity}"))
    (authorized,) = forms_of(learner.send(login))
    statuses = [learner.send(authorized, follow=False).status_code for _ in range(2)]
    assert statuses == [303, 401]


def test_what_a_teacher_picks_is_taken_with_its_grade(service: Service, tool: str, teacher: Visitor) -> None:
    course = os.environ["MOODLE_COURSE"]
    landed = teacher.launch(f"/mod/lti/contentitem.php?id={tool}&course={course}&title=&text=")
    assert landed.status_code == 303, landed.text
    picker = landed.headers["location"]
    assert teacher.get(picker).is_success
    chosen = teacher.get(f"{picker}/chosen?{urlencode({'chosen': f'{PATH}/{REQUIREMENT}'})}")
    answering = next(form for form in forms_of(chosen) if form.action.endswith("/answer"))
    (back,) = forms_of(teacher.send(answering))
    assert urlsplit(back.action).path == "/mod/lti/contentitem_return.php"
    taken = teacher.send(back).text
    assert f"requirement={REQUIREMENT}" in taken
    assert '"lineitemresourceid"' in taken.replace("\\", "")


def test_the_connection_is_tried_step_by_step(service: Service, tool: str) -> None:
    findings = told(service, "platform", "test", "Moodle")
    assert {each["step"]: each["fault"] for each in findings if each["fault"]} == {}, (tool, findings)


def test_whoever_is_in_the_course_comes_onto_the_path(service: Service, tool: str, teacher: Visitor) -> None:
    course = os.environ["MOODLE_COURSE"]
    activity = teacher.add_activity(course, tool, f"Members {tool}", f"path={PATH}")
    assert teacher.launch(f"/mod/lti/launch.php?id={activity}").status_code == 303
    administrator = Browser(service.url)
    welcome = forms_of(administrator.get(told(service, "admin-link")["link"]))
    administrator.send(next(form for form in welcome if "/sign-in/" in form.action))
    asked = administrator.get("/admin/rosters/new")
    form = next(each for each in forms_of(asked) if each.action.endswith("/admin/rosters/new"))
    courses = re.search(r'name="course".*?</select>', asked.text, re.DOTALL)
    assert courses
    (known_course,) = re.findall(r'value="([0-9a-f-]{36})"', courses[0])
    added = administrator.send(form, course=known_course, path=PATH, reason="the course is for this path")
    assert added.is_success, added.text
    address = str(added.url)
    until(lambda: starting(administrator, address) is not None)
    begin = starting(administrator, address)
    assert begin is not None
    administrator.send(begin, reason="they are the right people")
    until(lambda: "taken: " in command(service.environment, "roster", "list"))
    administrator.close()


def starting(administrator: Browser, address: str) -> Form | None:
    """The form that lets a roster fill its path; it is there once the members have been read."""
    return next((form for form in forms_of(administrator.get(address)) if form.fields.get("act") == "start"), None)
