import re
from datetime import UTC, datetime

from people import find_session, open_session
from tests.app.conftest import Service


async def test_a_person_sees_their_sessions_and_ends_one_then_all_others(service: Service) -> None:
    ana = await service.add()
    await service.sign_in(ana)
    now = datetime.now(UTC)
    phone = await service.db.write(open_session, ana.id, frame=None, device="Chrome, Android", now=now)
    tablet = await service.db.write(open_session, ana.id, frame=None, device="Safari, iPad", now=now)
    framed = await service.db.write(open_session, ana.id, frame="f" * 22, now=now)
    page = (await service.get("/sessions")).text
    for words in ("Chrome, Android", "Safari, iPad", "Inside a learning platform", "This is where you are now"):
        assert page.count(words) == 1
    assert len(re.findall('name="session"', page)) == 3

    session = await service.db.read(find_session, phone, frame=None, now=now)
    assert session is not None
    assert (await service.send("/sessions/end", session=session.id)).headers["location"] == "/sessions"
    page = (await service.get("/sessions")).text
    assert "Chrome, Android" not in page
    assert "Safari, iPad" in page

    await service.send("/sessions/end-others")
    page = (await service.get("/sessions")).text
    assert "Safari, iPad" not in page
    assert "This is where you are now" in page
    assert await service.db.read(find_session, tablet, frame=None, now=now) is None
    assert await service.db.read(find_session, framed, frame="f" * 22, now=now) is None


async def test_nobody_ends_a_session_of_another(service: Service) -> None:
    levan, now = await service.add(), datetime.now(UTC)
    token = await service.db.write(open_session, levan.id, frame=None, now=now)
    session = await service.db.read(find_session, token, frame=None, now=now)
    assert session is not None
    await service.sign_in(await service.add())
    assert (await service.send("/sessions/end", session=session.id)).status_code == 404
    assert await service.db.read(find_session, token, frame=None, now=now) == session


async def test_a_browser_is_named_in_its_session(service: Service) -> None:
    service.browser.headers["user-agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"
    await service.sign_in(await service.add())
    assert "Firefox, Linux" in (await service.get("/sessions")).text
