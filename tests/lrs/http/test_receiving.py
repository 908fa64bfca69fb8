"""Statements with the files of their attachments, in and out (Communication 1.5)."""

import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from msgspec import json

from app.safekeeping.naming import named_files
from base import Database
from lrs import Account, Agent, make_session_token
from lrs.http.body_limits import BodyLimits
from lrs.http.receiving import FILE_LIMIT_BYTES, FILES_LIMIT
from tests.lrs.attachments import MIXED, file_part, make_attachment, mixed, parts_of_answer
from tests.lrs.makers import FIRST, INTRO, SECOND, THIRD, make_statement
from tests.lrs.service import Xapi
from tests.times import NOW

ESSAY = "Müəllimin yazısı\r\n--ab\r".encode()
PICTURE = bytes(range(256)) * 700


async def send(xapi: Xapi, body: bytes, **options: Any) -> httpx.Response:
    return await xapi.request("POST", content=body, headers=MIXED, **options)


async def refused(xapi: Xapi, body: bytes, says: str, status: int = 400) -> None:
    """It is refused with these words, and nothing of it is kept."""
    answer = await send(xapi, body)
    assert answer.status_code == status, answer.text
    assert says in answer.json()["detail"]
    assert await xapi.ids() == []
    assert list(xapi.files.hashes()) == []


class TestIn:
    """Communication 1.5.2."""

    async def test_each_file_is_kept_once_and_given_back(self, xapi: Xapi) -> None:
        essay, picture = make_attachment(ESSAY), make_attachment(PICTURE, contentType="image/png")
        first = make_statement(id=FIRST, attachments=[essay, picture])
        second = make_statement(id=SECOND, attachments=[essay])
        stored = await send(xapi, mixed([first, second], file_part(ESSAY), file_part(PICTURE)))
        assert stored.json() == [FIRST, SECOND]
        assert list(xapi.files.hashes()) == sorted(hashlib.sha256(data).hexdigest() for data in (ESSAY, PICTURE))
        [head, *files] = parts_of_answer(await xapi.get(attachments="true"))
        assert head[0] == {"Content-Type": "application/json"}
        assert [each["id"] for each in json.decode(head[1])["statements"]] == [SECOND, FIRST]
        assert sorted(files, key=lambda part: part[0]["Content-Type"]) == [
            file_part(PICTURE, Content_Type="image/png"),
            file_part(ESSAY),
        ]

    async def test_a_put_brings_files_too(self, xapi: Xapi) -> None:
        body = mixed(make_statement(attachments=[make_attachment(ESSAY)]), file_part(ESSAY))
        stored = await xapi.request("PUT", content=body, params={"statementId": FIRST}, headers=MIXED)
        assert stored.status_code == 204, stored.text
        one = parts_of_answer(await xapi.get(statementId=FIRST, attachments="true"))
        assert json.decode(one[0][1])["id"] == FIRST
        assert one[1:] == [file_part(ESSAY)]

    @pytest.mark.parametrize("algorithm", ["sha224", "sha256", "sha384", "sha512"])
    async def test_every_length_of_sha_2_is_taken(self, xapi: Xapi, algorithm: str) -> None:
        attachment = make_attachment(ESSAY, algorithm=algorithm)
        part = file_part(ESSAY, sha2=attachment["sha2"].upper())
        assert (await send(xapi, mixed(make_statement(attachments=[attachment]), part))).status_code == 200
        [_, file] = parts_of_answer(await xapi.get(attachments="true"))
        assert file == file_part(ESSAY, sha2=attachment["sha2"])

    async def test_one_file_may_be_named_twice_and_sent_twice(self, xapi: Xapi) -> None:
        twice = [make_attachment(ESSAY), make_attachment(ESSAY, display={"en": "Again"})]
        body = mixed(make_statement(attachments=twice), file_part(ESSAY), file_part(ESSAY))
        assert (await send(xapi, body)).status_code == 200
        assert len(parts_of_answer(await xapi.get(attachments="true"))) == 2

    async def test_a_sub_statement_may_have_files(self, xapi: Xapi) -> None:
        inner = {"objectType": "SubStatement", **make_statement(attachments=[make_attachment(ESSAY)])}
        assert (await send(xapi, mixed(make_statement(object=inner), file_part(ESSAY)))).status_code == 200
        assert parts_of_answer(await xapi.get(attachments="true"))[1:] == [file_part(ESSAY)]

    async def test_a_file_elsewhere_may_be_left_there(self, xapi: Xapi) -> None:
        elsewhere = make_attachment(ESSAY, fileUrl="http://example.org/essay")
        assert (await send(xapi, mixed(make_statement(attachments=[elsewhere])))).status_code == 200
        assert (await send(xapi, mixed(make_statement()))).status_code == 200
        assert len(parts_of_answer(await xapi.get(attachments="true"))) == 1

    async def test_a_file_that_comes_again_is_kept_once(self, xapi: Xapi) -> None:
        body = mixed(make_statement(id=FIRST, attachments=[make_attachment(ESSAY)]), file_part(ESSAY))
        for _ in range(2):
            assert (await send(xapi, body)).status_code == 200
        assert len(list(xapi.files.hashes())) == 1

    async def test_an_empty_file_is_a_file(self, xapi: Xapi) -> None:
        body = mixed(make_statement(attachments=[make_attachment(b"")]), file_part(b""))
        assert (await send(xapi, body)).status_code == 200
        assert parts_of_answer(await xapi.get(attachments="true"))[1:] == [file_part(b"")]

    async def test_a_statement_that_is_refused_leaves_no_file(self, xapi: Xapi) -> None:
        await refused(xapi, mixed(make_statement(verb={"id": "no iri"}), file_part(ESSAY)), "$.verb.id")

    async def test_a_statement_that_its_session_may_not_send_leaves_no_file(self, xapi: Xapi) -> None:
        learner = Agent(account=Account(home_page="https://ulc.example", name="7"))
        until = NOW + timedelta(hours=1)
        token = await xapi.db.write(
            make_session_token, actor=learner, registration=UUID(FIRST), activity=INTRO, until=until, now=NOW
        )
        body = mixed(make_statement(attachments=[make_attachment(ESSAY)]), file_part(ESSAY))
        answer = await xapi.request("POST", content=body, headers={**MIXED, "Authorization": f"Bearer {token}"})
        assert answer.status_code == 403
        assert list(xapi.files.hashes()) == []

    async def test_a_file_that_no_attachment_names_is_refused(self, xapi: Xapi) -> None:
        statement = make_statement(attachments=[make_attachment(ESSAY)])
        await refused(xapi, mixed(statement, file_part(ESSAY), file_part(PICTURE)), "X-Experience-API-Hash")
        await refused(xapi, mixed(statement, file_part(ESSAY), ({}, b"{}")), "Content-Transfer-Encoding")

    async def test_an_attachment_without_its_file_is_refused(self, xapi: Xapi) -> None:
        both = [make_attachment(ESSAY), make_attachment(PICTURE)]
        await refused(xapi, mixed(make_statement(attachments=both), file_part(ESSAY)), "$.attachments[1]")

    async def test_a_file_is_what_its_hash_says(self, xapi: Xapi) -> None:
        attachment = make_attachment(ESSAY)
        body = mixed(make_statement(attachments=[attachment]), file_part(PICTURE, sha2=attachment["sha2"]))
        await refused(xapi, body, hashlib.sha256(PICTURE).hexdigest())

    @pytest.mark.parametrize(
        ("headers", "says"),
        [
            ({"Content_Transfer_Encoding": None}, "Content-Transfer-Encoding of a part is missing"),
            ({"Content_Transfer_Encoding": "base64"}, "base64"),
            ({"X_Experience_API_Hash": None}, "X-Experience-API-Hash of a part is missing"),
        ],
    )
    async def test_a_part_says_what_it_is(self, xapi: Xapi, headers: dict[str, str | None], says: str) -> None:
        body = mixed(make_statement(attachments=[make_attachment(ESSAY)]), file_part(ESSAY, **headers))
        await refused(xapi, body, says)

    async def test_the_first_part_is_json_and_has_all_statements(self, xapi: Xapi) -> None:
        body = mixed(make_statement())
        await refused(xapi, body.replace(b"application/json", b"text/plain"), "first part")
        await refused(xapi, b"--abc--\r\n", "first part")
        two = mixed(make_statement(), ({"Content-Type": "application/json"}, json.encode(make_statement())))
        await refused(xapi, two, "Content-Transfer-Encoding")

    async def test_what_is_cut_off_is_refused(self, xapi: Xapi) -> None:
        body = mixed(make_statement(attachments=[make_attachment(PICTURE)]), file_part(PICTURE))
        for end in (20, len(body) // 2, len(body) - 6):
            await refused(xapi, body[:end], "ends before its last boundary")

    @pytest.mark.parametrize(
        "kind", ["multipart/mixed", "multipart/mixed;", "multipart/form-data; boundary=abc", "text/plain"]
    )
    async def test_another_content_type_is_refused(self, xapi: Xapi, kind: str) -> None:
        answer = await xapi.request("POST", content=mixed(make_statement()), headers={"Content-Type": kind})
        assert answer.status_code == 400

    @pytest.mark.parametrize(
        "kind",
        ['multipart/mixed; boundary="abc"', "Multipart/Mixed;Boundary=abc;", "multipart/mixed; x=y; boundary=abc"],
    )
    async def test_the_boundary_may_be_named_in_any_way(self, xapi: Xapi, kind: str) -> None:
        answer = await xapi.request("POST", content=mixed(make_statement()), headers={"Content-Type": kind})
        assert answer.status_code == 200, answer.text

    async def test_json_alone_brings_no_files(self, xapi: Xapi) -> None:
        answer = await xapi.post(make_statement(attachments=[make_attachment(ESSAY)]))
        assert answer.status_code == 400
        assert answer.json()["where"] == "$.attachments[0]"

    async def test_a_type_on_two_lines_is_refused(self, xapi: Xapi) -> None:
        attachment = make_attachment(ESSAY, contentType="text/plain\r\n;X-Header: injected")
        await refused(xapi, mixed(make_statement(attachments=[attachment]), file_part(ESSAY)), "contentType")


class TestLimits:
    """413, and the rule."""

    async def test_of_the_statements(self, xapi: Xapi) -> None:
        long = make_statement(result={"response": "x" * BodyLimits().statements_bytes})
        await refused(xapi, mixed(long), str(BodyLimits().statements_bytes), 413)
        answer = await xapi.post(long)
        assert answer.status_code == 413

    async def test_of_one_file(self, xapi: Xapi) -> None:
        statement = make_statement(attachments=[make_attachment(b"")])

        async def endless() -> AsyncIterator[bytes]:
            yield mixed(statement, file_part(b""))[: -len("\r\n--abc--\r\n")]
            for _ in range(FILE_LIMIT_BYTES // 2**20 + 1):
                yield b"x" * 2**20

        answer = await xapi.request("POST", content=endless(), headers=MIXED)
        assert answer.status_code == 413
        assert str(FILE_LIMIT_BYTES) in answer.json()["detail"]
        assert list(xapi.files.hashes()) == []

    async def test_of_the_number_of_files(self, xapi: Xapi) -> None:
        same = [file_part(b"x")] * (FILES_LIMIT + 1)
        await refused(xapi, mixed(make_statement(attachments=[make_attachment(b"x")]), *same), str(FILES_LIMIT), 413)


class TestOut:
    """Communication 2.1.3: attachments."""

    async def test_without_files_too_the_answer_is_multipart(self, xapi: Xapi) -> None:
        await xapi.put(FIRST, make_statement())
        for params in ({"attachments": "true"}, {"attachments": "true", "statementId": FIRST}):
            [(headers, _)] = parts_of_answer(await xapi.get(**params))
            assert headers == {"Content-Type": "application/json"}

    async def test_files_come_only_when_asked_for(self, xapi: Xapi) -> None:
        await send(xapi, mixed(make_statement(id=FIRST, attachments=[make_attachment(ESSAY)]), file_part(ESSAY)))
        for params in ({}, {"attachments": "false"}, {"attachments": "false", "statementId": FIRST}):
            assert (await xapi.get(**params)).headers["Content-Type"] == "application/json"

    async def test_each_page_has_its_own_files(self, xapi: Xapi) -> None:
        for statement_id, data in ((FIRST, ESSAY), (SECOND, PICTURE)):
            attachment = make_attachment(data)
            await send(xapi, mixed(make_statement(id=statement_id, attachments=[attachment]), file_part(data)))
        await xapi.put(THIRD, make_statement())
        [result, *files] = parts_of_answer(await xapi.get(attachments="true", limit="2"))
        assert files == [file_part(PICTURE)]
        [_, *files] = parts_of_answer(await xapi.get(json.decode(result[1])["more"]))
        assert files == [file_part(ESSAY)]

    async def test_a_head_says_the_same_and_brings_nothing(self, xapi: Xapi) -> None:
        await send(xapi, mixed(make_statement(id=FIRST, attachments=[make_attachment(ESSAY)]), file_part(ESSAY)))
        answer = await xapi.request("HEAD", params={"attachments": "true", "statementId": FIRST})
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("multipart/mixed; boundary=")
        assert "Last-Modified" in answer.headers
        assert answer.content == b""

    async def test_a_file_that_is_lost_is_told_of(self, xapi: Xapi) -> None:
        await send(xapi, mixed(make_statement(attachments=[make_attachment(ESSAY)]), file_part(ESSAY)))
        xapi.files.delete(hashlib.sha256(ESSAY).hexdigest())
        answer = await xapi.get(attachments="true")
        assert answer.status_code == 503
        assert (await xapi.get()).status_code == 200


async def test_the_files_of_statements_are_backed_up_and_not_collected(xapi: Xapi, db: Database) -> None:
    await send(xapi, mixed(make_statement(attachments=[make_attachment(ESSAY)]), file_part(ESSAY)))
    assert await db.read(named_files) == {hashlib.sha256(ESSAY).hexdigest()}


async def test_the_file_of_a_statement_that_conflicts_is_of_no_statement(xapi: Xapi, db: Database) -> None:
    await xapi.put(FIRST, make_statement())
    answer = await send(xapi, mixed(make_statement(id=FIRST, attachments=[make_attachment(ESSAY)]), file_part(ESSAY)))
    assert answer.status_code == 409
    assert await db.read(named_files) == set()
