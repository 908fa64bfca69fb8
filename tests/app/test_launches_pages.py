"""What a launch shows to whom nothing is kept of, and what administrators see of those that were refused."""

from datetime import UTC, datetime

import pytest

from lti import LaunchRefused, Preview, Unkept
from lti.launching.previews import PREVIEW_LIFE, preview_address
from lti.launching.refused import note_refusal
from people import Role
from tests.app.conftest import Service

FRAME = "Qm9vay1vZi1mcmFtZXM"
PATH = "pathways-for-economic-growth"
MARKUP = "<img src=x onerror=alert(1)>"


def _address(service: Service, **changed: object) -> str:
    said = {"path": PATH, "why": Unkept.ANONYMOUS, "language": None, "ends_at": datetime.now(UTC) + PREVIEW_LIFE}
    return f"/f/{FRAME}{preview_address(service.site.keys, Preview(**{**said, **changed}))}"  # type: ignore[arg-type] # by name


@pytest.mark.usefixtures("library")
async def test_preview_shows_the_path_and_nothing_that_would_be_kept(service: Service) -> None:
    answer = await service.get(_address(service))
    assert answer.status_code == 200
    assert "nothing is kept" in answer.text
    assert 'class="steps"' in answer.text
    assert "set-cookie" not in answer.headers
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    assert "<form" not in main
    assert "x-frame-options" not in answer.headers


@pytest.mark.usefixtures("library")
async def test_preview_speaks_the_language_of_the_launch_until_another_is_chosen(service: Service) -> None:
    answer = await service.get(_address(service, language="ka"))
    assert '<html lang="ka"' in answer.text
    chosen = await service.get(_address(service, language="ka"), cookie="waymark-language=hy")
    assert '<html lang="hy"' in chosen.text


@pytest.mark.usefixtures("library")
async def test_preview_of_a_test_student_says_so(service: Service) -> None:
    assert "as a test student" in (await service.get(_address(service, why=Unkept.TEST_STUDENT))).text


async def test_preview_that_is_over_or_was_never_made_shows_nothing(service: Service) -> None:
    over = await service.get(_address(service, ends_at=datetime.now(UTC)))
    made_up = await service.get(f"/f/{FRAME}/preview/made.up")
    assert [over.status_code, made_up.status_code] == [401, 401]
    assert "This preview is over" in over.text


async def test_preview_of_whoever_is_signed_in_still_keeps_nothing_and_knows_nobody(
    service: Service, library: None
) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    answer = await service.get(_address(service).removeprefix(f"/f/{FRAME}"))
    assert "Begin this path" not in answer.text
    assert "Sign out" not in answer.text


async def test_administrators_see_what_was_refused_and_markup_stays_text(service: Service) -> None:
    now = datetime.now(UTC)
    await service.db.write(note_refusal, LaunchRefused(f"message_type is {MARKUP}"), "launch", None, MARKUP, now=now)
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    page = (await service.get("/admin/platforms/refused")).text
    assert "Compare issuer, client ID" in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert MARKUP not in page


async def test_nobody_else_sees_them(service: Service) -> None:
    await service.sign_in(await service.add(Role.COORDINATOR))
    assert (await service.get("/admin/platforms/refused")).status_code == 403
