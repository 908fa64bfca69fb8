from datetime import UTC, datetime
from uuid import UUID

from people import Person, Purpose, add_person, consent_of, person
from tests.app.conftest import Service


async def nameless(service: Service) -> Person:
    return await service.db.write(add_person, full_name=None, language="en", now=datetime.now(UTC))


async def consent(service: Service, person_id: UUID) -> bool | None:
    return await service.db.read(consent_of, person_id, Purpose.NAME)


async def test_a_name_is_asked_for_once_and_kept_with_the_consent(service: Service) -> None:
    ana = await nameless(service)
    asked = (await service.sign_in(ana, to="/paths")).headers["location"]
    assert asked == "/name?to=%2Fpaths"
    page = (await service.get(asked)).text
    assert "We need it for your certificates." in page
    assert "it is deleted when you ask for that" in page
    told = await service.send("/name", full_name=" Ana  Ceban ", to="/paths")
    assert told.headers["location"] == "/paths"
    assert (await service.db.read(person, ana.id)).full_name == "Ana Ceban"
    assert await consent(service, ana.id) is True
    assert (await service.sign_in(ana, to="/paths")).headers["location"] == "/paths"


async def test_whoever_would_rather_not_say_is_not_asked_again(service: Service) -> None:
    ana = await nameless(service)
    await service.sign_in(ana)
    assert (await service.send("/name", decline="yes", to="/paths")).headers["location"] == "/paths"
    assert await consent(service, ana.id) is False
    assert (await service.sign_in(ana)).headers["location"] == "/"
    assert (await service.db.read(person, ana.id)).full_name is None


async def test_an_empty_name_is_asked_for_again(service: Service) -> None:
    ana = await nameless(service)
    await service.sign_in(ana)
    faulty = await service.send("/name", full_name=" \u202e ")
    assert faulty.status_code == 400
    assert "Enter your name" in faulty.text
    assert await consent(service, ana.id) is None


async def test_a_name_that_is_known_is_not_the_persons_to_change(service: Service) -> None:
    known = await service.add()
    await service.sign_in(known)
    assert (await service.get("/name?to=/paths")).headers["location"] == "/paths"
    assert (await service.send("/name", full_name="Somebody Else")).status_code == 409
    assert (await service.db.read(person, known.id)).full_name == known.full_name
    assert await consent(service, known.id) is None


async def test_the_page_of_names_leads_nowhere_else(service: Service) -> None:
    await service.sign_in(await service.add())
    assert (await service.get("/name?to=https://evil.example")).headers["location"] == "/"
