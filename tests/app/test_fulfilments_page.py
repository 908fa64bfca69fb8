"""What counts on a path, and accepting one more activity in the browser."""

import re
from html import unescape

import pytest

from paths import accepted_on, path
from people import Role
from tests.app.conftest import Service

pytestmark = pytest.mark.usefixtures("library")
HERE = "/paths/pathways-for-economic-growth/fulfilments"
ASKED = {"requirement": "r-listening", "activity": "https://lms.example/course/7", "reason": "the Georgian translation"}


def _seen(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.partition("<main")[2])).split())


async def test_an_administrator_accepts_one_more_activity_by_days(service: Service) -> None:
    administrator = await service.add(Role.ADMINISTRATOR)
    await service.sign_in(administrator)
    assert f'href="{HERE}"' in (await service.get(HERE.replace("fulfilments", "versions"))).text
    assert "Listening to your community (Online)" in _seen((await service.get(HERE)).text)
    done = await service.send(HERE, **ASKED, first="2026-01-01", last="2026-12-31")
    assert done.headers["location"] == HERE
    shown = _seen((await service.get(HERE)).text)
    assert "https://lms.example/course/7 Aygün Əliyeva 1 January 2026 31 December 2026" in shown
    known = await service.db.read(path, "pathways-for-economic-growth")
    (kept,) = await service.db.read(accepted_on, known.id)
    assert (kept.requirement, kept.by, kept.reason) == ("r-listening", administrator.id, "the Georgian translation")
    assert known.version == 1


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"requirement": ""}, "Choose a requirement."),
        ({"activity": "course 7"}, "Enter the whole address"),
        ({"reason": " "}, "Say why"),
        ({"first": "someday"}, "Enter a day."),
        ({"first": "2026-02-01", "last": "2026-01-01"}, "not before the first"),
    ],
)
async def test_what_cannot_be_accepted_is_told_at_its_field(
    changed: dict[str, str], says: str, service: Service
) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    refused = await service.send(HERE, **(ASKED | changed))
    assert refused.status_code == 400
    assert says in _seen(refused.text)
    if "activity" not in changed:
        assert 'value="https://lms.example/course/7"' in refused.text


async def test_an_auditor_sees_the_list_and_no_form(service: Service) -> None:
    await service.sign_in(await service.add(Role.AUDITOR))
    shown = await service.get(HERE)
    assert shown.status_code == 200
    assert "Accept one more activity" not in shown.text
    assert (await service.send(HERE, **ASKED)).status_code == 403
