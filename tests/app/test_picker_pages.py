"""The picker over HTTP, inside a frame, from what is looked for to what the platform is told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any

import httpx
import msgspec
import pytest
from joserfc import jws
from joserfc.jwk import KeySet
from sqlalchemy import Connection

from app.pages.picker_forms import PAGE_SIZE, Looking, part_of
from base import new_uuid
from lti import Platform, add_platform, kept_target
from lti.launching.targets import Target
from lti.linking import begin_picking
from lti.standard.claims import Message, ResourceLink
from paths import Offer, Offers, enrol, path
from people import open_session, person_of_account
from tests.app.conftest import APP, Service
from tests.lti.linking.conftest import FRAME, TEACHER, launch_of
from tests.lti.linking.settings import settings

LMS = "https://lms.example"
DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
GROWTH = "pathways-for-economic-growth"
MODULE = "module.listening-to-your-community"

pytestmark = pytest.mark.usefixtures("library")


@dataclass(frozen=True)
class Picker:
    """A frame in which a teacher was sent to choose."""

    service: Service
    platform: Platform
    page: str

    async def get(self, page: str = "", **query: Any) -> str:
        answer = await self.service.browser.get(f"{APP}{self.page}{page}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def answer(self, **fields: Any) -> httpx.Response:
        return await self.service.send(f"{APP}{self.page}/answer", **fields)

    def told(self, answer: httpx.Response) -> dict[str, Any]:
        """What the answer that the browser is to post says, by a signature of ours."""
        found = re.search(r'name="JWT" value="([^"]+)"', answer.text)
        assert found, answer.text
        keys = KeySet.import_key_set({"keys": self.service.site.keys.lti_public_keys()})
        claims: dict[str, Any] = msgspec.json.decode(jws.deserialize_compact(found[1], keys, ["RS256"]).payload)
        return claims


async def sent(service: Service, *, link: str | None = None, **changed: Any) -> Picker:
    """A teacher comes to choose: for a course whose platform says `changed`, or for a link."""
    platform = await service.db.write(_platform)
    about: dict[str, Any] = {"resource_link": ResourceLink(link)} if link else {}
    course = {"message": Message.DEEP_LINKING, "deep_linking": settings(**changed)}
    launch = launch_of(platform, **(about or course))
    now = datetime.now(UTC)
    location = await service.db.write(begin_picking, launch, frame=FRAME, now=now)
    teacher = await service.db.read(person_of_account, TEACHER)
    assert teacher is not None
    token = await service.db.write(open_session, teacher.id, frame=FRAME, now=now)
    service.browser.cookies.set("waymark-frame", token, path=f"/f/{FRAME}")
    return Picker(service, platform, f"/f/{FRAME}{location}")


def _platform(conn: Connection) -> Platform:
    urls = {"auth_login_url": f"{LMS}/auth", "token_url": f"{LMS}/token", "jwks_url": f"{LMS}/jwks"}
    named = {"issuer": LMS, "client_id": "x", "name": "LMS", "reason": "test"}
    return add_platform(conn, deployment_ids=("1",), by=None, now=datetime.now(UTC), **named, **urls)


def boxes(html: str, kind: str = "checkbox") -> dict[str, bool]:
    """By value what can be chosen, and whether it is."""
    found = re.findall(rf'<input type="{kind}" name="chosen" value="([^"]+)"( checked)?', html.replace("  ", " "))
    return {value: bool(checked) for value, checked in found}


def carried(html: str) -> list[str]:
    return re.findall(r'<input type="hidden" name="chosen" value="([^"]+)"', html)


async def test_what_is_chosen_is_carried_along_while_looking_for_more(service: Service) -> None:
    picker = await sent(service)
    everything = boxes(await picker.get())
    assert GROWTH in everything
    assert not any(everything.values())
    modules = await picker.get(kind="module", text="listening community", chosen=[GROWTH])
    assert MODULE in boxes(modules)
    assert GROWTH not in boxes(modules)
    assert carried(modules) == [GROWTH]
    again = await picker.get(chosen=[MODULE, GROWTH])
    assert boxes(again)[GROWTH]
    assert "2 chosen so far" in again


async def test_list_is_narrowed_by_topic_language_kind_and_minutes(service: Service) -> None:
    picker = await sent(service)
    paths = boxes(await picker.get(kind="path"))
    assert paths
    assert not any(slug.startswith("module.") for slug in paths)
    assert boxes(await picker.get(language="xx")) == {}
    assert GROWTH not in boxes(await picker.get(kind="path", minutes="15"))
    assert "Nothing was found" in await picker.get(topic="no such topic")


def test_long_list_goes_on_where_the_page_ended() -> None:
    offers = tuple(Offer(f"p-{n}", "x", "x", n % 2 == 1, (), (), (), 1, 1) for n in range(2 * PAGE_SIZE + 2))
    found, looking = Offers(offers, (), (), ()), Looking(new_uuid(), kind="path")
    first = part_of(found, looking, "")
    assert (len(first.shown), first.total, first.next_after) == (PAGE_SIZE, PAGE_SIZE + 1, f"p-{2 * PAGE_SIZE - 2}")
    last = part_of(found, looking, first.next_after or "")
    assert ([offer.slug for offer in last.shown], last.next_after) == ([f"p-{2 * PAGE_SIZE}"], None)


async def test_preview_shows_the_steps_as_somebody_meets_them_who_has_not_begun(service: Service) -> None:
    picker = await sent(service)
    teacher = await service.db.read(person_of_account, TEACHER)
    assert teacher is not None
    await service.db.write(_enrol, teacher)
    html = await picker.get("/preview", look=GROWTH)
    steps = [value for value in boxes(html) if value.startswith(f"{GROWTH}/")]
    assert len(steps) == 3
    assert GROWTH in boxes(html)
    assert not {"Begin this path", "0 of 3 done", "Next step"} & set(re.split(r"<[^>]+>|\s{2,}", html))
    assert boxes(await picker.get("/preview", look=GROWTH, chosen=steps[:1]))[steps[0]]


def _enrol(conn: Connection, person: Any) -> None:
    enrol(conn, person, path(conn, GROWTH).id, origin="self", by=None, reason="test", now=datetime.now(UTC))


async def test_several_go_into_the_course_each_as_it_was_wished(service: Service) -> None:
    picker = await sent(service)
    step = next(value for value in boxes(await picker.get("/preview", look=GROWTH)) if "/" in value)
    chosen = await picker.get("/chosen", chosen=[GROWTH, step, MODULE])
    assert "Put 3 into the course" in chosen
    fields = {"title.0": "Our path", "graded.0": "yes", "points.0": "60", "place.0": "tab"}
    fields |= {"title.1": "One step", "points.1": "", "place.1": "frame", "title.2": "A module", "graded.2": "yes"}
    answer = await picker.answer(chosen=[GROWTH, step, MODULE], **fields, **{"points.2": "12,5"})
    items = picker.told(answer)[f"{DL}content_items"]
    assert [item["title"] for item in items] == ["Our path", "One step", "A module"]
    assert [item.get("lineItem", {}).get("scoreMaximum") for item in items] == [60, None, 12.5]
    assert items[0]["window"] == {"targetName": "_blank"}
    assert items[1]["iframe"] == {}
    assert items[1]["custom"]["requirement"] == step.partition("/")[2]
    assert all(item["url"].startswith(f"{APP}/paths/") for item in items)
    assert "3 activities go into the course." in answer.text


async def test_where_one_thing_is_taken_the_last_that_was_chosen_goes(service: Service) -> None:
    picker = await sent(service, accept_multiple="false")
    html = await picker.get(chosen=[MODULE])
    assert GROWTH in boxes(html, "radio")
    chosen = await picker.get("/chosen", chosen=[MODULE, GROWTH])
    assert re.findall(r'name="chosen" value="([^"]+)"', chosen) == [GROWTH]
    answer = await picker.answer(chosen=[MODULE, GROWTH], **{"title.0": "x"})
    assert len(picker.told(answer)[f"{DL}content_items"]) == 1


async def test_what_the_platform_does_not_take_is_not_asked(service: Service) -> None:
    picker = await sent(service, accept_lineitem=False, accept_presentation_document_targets=("window",))
    html = await picker.get("/chosen", chosen=[GROWTH])
    assert "graded.0" not in html
    assert "points.0" not in html
    assert '<input type="hidden" name="place.0" value="tab">' in html
    forced = {"title.0": "x", "graded.0": "yes", "points.0": "5", "place.0": "frame"}
    (item,) = picker.told(await picker.answer(chosen=GROWTH, **forced))[f"{DL}content_items"]
    assert not {"lineItem", "iframe", "window"} & item.keys()


@pytest.mark.parametrize("points", ["", "none", "0", "-5", "nan", "inf", "1e9"])
async def test_points_that_are_none_are_asked_again_and_nothing_is_sent(points: str, service: Service) -> None:
    picker = await sent(service)
    answer = await picker.answer(chosen=GROWTH, **{"title.0": "Ours", "graded.0": "yes", "points.0": points})
    assert answer.status_code == 400
    assert "JWT" not in answer.text
    assert 'href="#points.0"' in answer.text
    assert 'value="Ours"' in answer.text


async def test_nothing_chosen_returns_an_empty_list(service: Service) -> None:
    picker = await sent(service)
    claims = picker.told(await picker.answer())
    assert claims[f"{DL}content_items"] == []
    assert claims[f"{DL}data"] == settings().data


async def test_place_that_takes_no_links_is_told_so_and_why(service: Service) -> None:
    picker = await sent(service, accept_types=("file", "html"))
    assert "Nothing can be chosen here" in await picker.get()
    claims = picker.told(await picker.answer(chosen=GROWTH, **{"title.0": "x"}))
    assert claims[f"{DL}content_items"] == []
    assert "takes no links" in claims[f"{DL}errormsg"]
    assert "accept_types" in claims[f"{DL}errorlog"]


async def test_values_of_a_hostile_platform_are_text_on_the_page(service: Service) -> None:
    hostile = 'https://lms.example/return?"><script>alert(1)</script>'
    picker = await sent(service, deep_link_return_url=hostile)
    html = (await picker.answer()).text
    assert "<script>alert" not in html
    action = re.search(r'<form method="post" action="([^"]+)" class="actions" data-send', html)
    assert action
    assert unescape(action[1]) == hostile


async def test_answer_alone_may_be_sent_to_the_platform(service: Service) -> None:
    picker = await sent(service, deep_link_return_url="https://school.lms.example/return")
    looking = await service.browser.get(f"{APP}{picker.page}")
    assert "lms.example" not in _form_action(looking.headers)
    assert _form_action((await picker.answer()).headers).split()[-2:] == [LMS, "https://school.lms.example"]


def _form_action(headers: Mapping[str, str]) -> str:
    return next(each for each in headers["content-security-policy"].split("; ") if each.startswith("form-action"))


async def test_plain_link_leads_from_now_on_to_what_the_teacher_chose(service: Service) -> None:
    picker = await sent(service, link="link-7")
    assert "This link does not say yet what it opens" in await picker.get()
    chosen = await picker.get("/chosen", chosen=GROWTH)
    assert "title.0" not in chosen
    answer = await picker.answer(chosen=GROWTH)
    assert answer.headers["location"] == f"/f/{FRAME}/paths/{GROWTH}"
    assert await service.db.read(kept_target, picker.platform.id, "1", "link-7") == Target(GROWTH)
    assert "This link leads learners to" in await picker.get()


async def test_nothing_chosen_for_a_link_leaves_it_as_it_was(service: Service) -> None:
    picker = await sent(service, link="link-7")
    assert (await picker.answer()).headers["location"] == picker.page
    assert await service.db.read(kept_target, picker.platform.id, "1", "link-7") is None


async def test_choice_of_somebody_else_is_missing_and_of_nobody_refused(service: Service) -> None:
    picker = await sent(service)
    service.browser.cookies.clear()
    assert (await service.get(f"{APP}{picker.page}")).status_code == 401
    stranger = await service.add()
    token = await service.db.write(open_session, stranger.id, frame=FRAME, now=datetime.now(UTC))
    service.browser.cookies.set("waymark-frame", token, path=f"/f/{FRAME}")
    for page in ("", "/preview", "/chosen"):
        assert (await service.get(f"{APP}{picker.page}{page}")).status_code == 404
    assert (await picker.answer(chosen=GROWTH)).status_code == 404


async def test_what_is_not_there_is_left_out_and_said(service: Service) -> None:
    picker = await sent(service)
    html = await picker.get("/chosen", chosen=["gone", GROWTH, f"{GROWTH}/gone"])
    assert "2 things that you chose are offered no more." in html
    assert re.findall(r'name="chosen" value="([^"]+)"', html) == [GROWTH]
    assert (await service.get(f"{APP}{picker.page}/preview?look=gone")).status_code == 404
