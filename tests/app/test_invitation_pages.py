import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest

from paths import enrolments_of, standing_of
from people import Organisation, OrganisationKind, Role, Scope, ScopeKind, add_organisation, grant_role
from tests.app.conftest import Service

ARMENIA = Scope(ScopeKind.COUNTRY, "AM")
PATH = "pathways-for-economic-growth"

pytestmark = pytest.mark.usefixtures("library")


def _seen(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.partition("<main")[2])).split())


async def _invited(service: Service, **fields: str) -> tuple[Organisation, str]:
    """A coordinator of Armenia makes an invitation; the page that answers."""
    facts: dict[str, Any] = {"by": None, "reason": "a test", "now": datetime.now(UTC)}
    city = await service.db.write(add_organisation, name="Gyumri", kind=OrganisationKind.CITY, country="AM", **facts)
    coordinator = await service.add()
    await service.db.write(grant_role, coordinator.id, Role.COORDINATOR, scope=ARMENIA, **facts)
    await service.sign_in(coordinator)
    return city, (await service.send(f"/organisations/{city.id}/invitations", **fields)).text


async def test_an_invitation_that_names_a_path_leads_there(service: Service) -> None:
    learner = await service.add()
    city, made = await _invited(service, uses="1", path=PATH)
    assert "onto the path “Pathways for Economic Growth”" in _seen(made)
    link = re.findall(r"http://127.0.0.1:8000(/invitations/[\w-]+)", made)[0]
    await service.sign_in(learner)
    assert "You will learn along the path “Pathways for Economic Growth”." in _seen((await service.get(link)).text)
    assert (await service.send(link)).headers["location"] == f"/paths/{PATH}"
    shown = await service.get(f"/paths/{PATH}")
    assert shown.status_code == 200
    (enrolled,) = await service.db.read(enrolments_of, learner.id)
    standing = await service.db.read(standing_of, enrolled.id)
    assert standing.origin == "invitation"
    assert city.name == "Gyumri"


async def test_an_invitation_onto_what_is_no_path_is_refused_and_nothing_is_made(service: Service) -> None:
    city, refused = await _invited(service, uses="1", path="nowhere")
    assert "Choose a path that takes learners." in _seen(refused)
    assert "of 1 used" not in _seen((await service.get(f"/organisations/{city.id}")).text)
