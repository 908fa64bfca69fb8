"""The page of grades that did not arrive, and its buttons."""

from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select

from base import Asked, decisions, new_uuid
from lti import Platform, add_platform
from lti.tables import grade_lines
from paths import enrol, path
from people import Person, Role
from tests.app.conftest import Service
from tests.paths import world
from tests.paths.makers import leaf


def failed_line(conn: Connection, learner: Person) -> Platform:
    """Somebody's grade, which their platform refused."""
    now = datetime.now(UTC)
    platform = add_platform(
        conn,
        issuer="https://lms.example",
        client_id="7",
        name="City Moodle",
        auth_login_url="https://lms.example/auth",
        token_url="https://lms.example/token",
        jwks_url="https://lms.example/jwks",
        deployment_ids=("1",),
        by=None,
        reason="test",
        now=now,
    )
    world.publish_modules(conn)
    world.publish(conn, leaf("r-intro", "intro"))
    enrolled = enrol(conn, learner, path(conn, "growth").id, origin="lti", by=None, reason="test", now=now)
    row = {"platform_id": platform.id, "deployment_id": "1", "resource_link_id": "1", "enrolment_id": enrolled.id}
    trouble = {"trouble": 'answered 422: <b>"no"</b>', "trouble_at": now}
    line = {"id": new_uuid(), "line_item_url": "https://lms.example/7", "user_id": "u", "requirement": "r-intro"}
    conn.execute(insert(grade_lines).values(row | line | trouble))
    return platform


async def test_administrator_sees_why_a_grade_did_not_arrive_and_sends_it_again(service: Service) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    platform = await service.db.write(failed_line, await service.add())
    page = (await service.get("/admin/grades")).text
    assert "1 grade did not arrive" in page
    assert "answered 422: &lt;b&gt;" in page
    line_id = await service.db.read(lambda conn: conn.scalar(select(grade_lines.c.id)))
    for address in (f"/admin/grades/{line_id}/resend", f"/admin/platforms/{platform.id}/resync"):
        assert (await service.send(address)).headers["location"] == "/admin/grades"
    acts = await service.db.read(lambda conn: [each.act for each in decisions(conn, Asked())])
    assert {"grades.resend", "grades.resync"} <= set(acts)


async def test_auditor_sees_what_did_not_arrive_and_sends_nothing(service: Service) -> None:
    await service.sign_in(await service.add(Role.AUDITOR))
    platform = await service.db.write(failed_line, await service.add())
    page = (await service.get("/admin/grades")).text
    assert "City Moodle" in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
    assert (await service.send(f"/admin/platforms/{platform.id}/resync")).status_code == 403
