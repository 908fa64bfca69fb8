"""xAPI-Communication 1.4, 1.5.1 and 1.5.2: strings are UTF-8, statements come as JSON or with files as multipart."""

import hashlib
from typing import Any

import pytest
from msgspec import json

from tests.lrs.attachments import MIXED, file_part, make_attachment, mixed, parts_of_answer
from tests.lrs.makers import FIRST, SECOND, THIRD, make_statement
from tests.lrs.service import Xapi

PHOTO = bytes(range(256)) * 40 + b"\r\n--ab is no boundary of ours\r\n"
URL = "https://example.org/photo.jpg"


class TestEncoding:
    """1.4."""

    async def test_strings_are_utf_8_both_ways(self, xapi: Xapi) -> None:
        name = "Aygün Əliyeva Դավիթ დავით Мадина 学习者 👩🏽‍🏫"
        sent = json.encode(make_statement(id=FIRST, actor={"mbox": "mailto:a@example.org", "name": name}))
        assert "Դավիթ".encode() in sent
        await xapi.request("POST", content=sent)
        assert f'"name":"{name}"'.encode() in (await xapi.get(statementId=FIRST)).content

    async def test_what_is_no_utf_8_is_refused(self, xapi: Xapi) -> None:
        sent = json.encode(make_statement(result={"response": "?"}))
        for bad in (b"\xff", b"\xc3", b"\xed\xa0\x80", "ə".encode("utf-16-le")):
            assert (await xapi.request("POST", content=sent.replace(b"?", bad))).status_code == 400, bad

    async def test_a_character_set_is_no_hindrance(self, xapi: Xapi) -> None:
        for kind in ("application/json; charset=utf-8", 'application/json;charset="UTF-8"', "Application/JSON"):
            assert (await xapi.post(make_statement(), headers={"Content-Type": kind})).status_code == 200, kind


class TestJson:
    """1.5.1."""

    async def test_batches_without_attachments_or_with_urls_only_are_taken(self, xapi: Xapi) -> None:
        elsewhere = make_attachment(PHOTO, fileUrl=URL)
        await xapi.stored(make_statement(), make_statement(attachments=[elsewhere]))

    async def test_an_attachment_without_a_url_is_refused(self, xapi: Xapi) -> None:
        answer = await xapi.post(make_statement(), make_statement(attachments=[make_attachment(PHOTO)]))
        assert answer.status_code == 400
        assert await xapi.ids() == []


class TestMultipart:
    """1.5.2: requests."""

    async def test_statements_come_with_their_files(self, xapi: Xapi) -> None:
        statement = make_statement(id=FIRST, attachments=[make_attachment(PHOTO)])
        answer = await xapi.request("POST", content=mixed(statement, file_part(PHOTO)), headers=MIXED)
        assert (answer.status_code, answer.json()) == (200, [FIRST])
        second = make_statement(attachments=[make_attachment(PHOTO)])
        params = {"statementId": SECOND}
        put = await xapi.request("PUT", content=mixed(second, file_part(PHOTO)), headers=MIXED, params=params)
        assert put.status_code == 204

    @pytest.mark.parametrize("algorithm", ["sha224", "sha256", "sha384", "sha512"])
    async def test_a_file_is_matched_by_any_sha_2(self, xapi: Xapi, algorithm: str) -> None:
        sha2 = hashlib.new(algorithm, PHOTO).hexdigest()
        statement = make_statement(attachments=[make_attachment(PHOTO, algorithm=algorithm)])
        answer = await xapi.request("POST", content=mixed(statement, file_part(PHOTO, sha2=sha2)), headers=MIXED)
        assert answer.status_code == 200

    async def test_one_file_serves_several_attachments(self, xapi: Xapi) -> None:
        batch = [make_statement(attachments=[make_attachment(PHOTO)] * 2) for _ in range(2)]
        answer = await xapi.request("POST", content=mixed(batch, file_part(PHOTO)), headers=MIXED)
        assert answer.status_code == 200

    async def test_no_files_at_all_are_taken_too(self, xapi: Xapi) -> None:
        bare, elsewhere = make_statement(), make_statement(attachments=[make_attachment(PHOTO, fileUrl=URL)])
        for sent in (bare, [bare, elsewhere]):
            assert (await xapi.request("POST", content=mixed(sent), headers=MIXED)).status_code == 200

    async def test_an_attachment_with_neither_file_nor_url_is_refused(self, xapi: Xapi) -> None:
        other = make_attachment(b"something else")
        for parts in ([], [file_part(PHOTO)]):
            sent = mixed([make_statement(), make_statement(attachments=[make_attachment(PHOTO), other])], *parts)
            assert (await xapi.request("POST", content=sent, headers=MIXED)).status_code == 400
        assert await xapi.ids() == []

    @pytest.mark.parametrize(
        "part",
        [
            file_part(b"in excess"),
            file_part(b"another", sha2=hashlib.sha256(PHOTO).hexdigest()),
            file_part(PHOTO, sha2="abc"),
            file_part(PHOTO, Content_Transfer_Encoding=None),
            file_part(PHOTO, Content_Transfer_Encoding="base64"),
            file_part(PHOTO, X_Experience_API_Hash=None),
        ],
    )
    async def test_a_part_that_is_no_file_of_an_attachment_is_refused(
        self, xapi: Xapi, part: tuple[dict[str, str], bytes]
    ) -> None:
        sent = mixed(make_statement(attachments=[make_attachment(PHOTO, fileUrl=URL)]), part)
        assert (await xapi.request("POST", content=sent, headers=MIXED)).status_code == 400
        assert await xapi.ids() == []

    async def test_the_first_part_is_json_and_has_all_statements(self, xapi: Xapi) -> None:
        whole = mixed(make_statement())
        for bad in (
            whole.replace(b"Content-Type: application/json", b"Content-Type: text/plain"),
            whole.replace(b"Content-Type: application/json\r\n", b""),
            mixed(make_statement(), ({"Content-Type": "application/json"}, json.encode(make_statement()))),
            mixed("no statement"),
        ):
            assert (await xapi.request("POST", content=bad, headers=MIXED)).status_code == 400

    async def test_the_boundary_stands_in_header_and_body(self, xapi: Xapi) -> None:
        whole = mixed(make_statement())
        for kind, content in (
            ("multipart/mixed", whole),
            ("multipart/mixed; boundary=", whole),
            ("multipart/mixed; boundary=other", whole),
            (MIXED["Content-Type"], whole.replace(b"--abc", b"--")),
            (MIXED["Content-Type"], whole.removesuffix(b"--\r\n")),
            ("multipart/form-data; boundary=abc", whole),
        ):
            headers = {"Content-Type": kind}
            assert (await xapi.request("POST", content=content, headers=headers)).status_code == 400, (kind, content)

    async def test_a_boundary_may_be_quoted_and_have_any_of_its_characters(self, xapi: Xapi) -> None:
        boundary = "abcABC0123'()+_,-./:=?"
        content = mixed(make_statement()).replace(b"--abc", f"--{boundary}".encode())
        headers = {"Content-Type": f'multipart/mixed; boundary="{boundary}"'}
        assert (await xapi.request("POST", content=content, headers=headers)).status_code == 200


class TestAnswers:
    """1.5.2 and 2.1.3: answers with files."""

    async def store(self, xapi: Xapi) -> None:
        other = b"another file"
        batch: list[Any] = [
            make_statement(id=FIRST, attachments=[make_attachment(PHOTO), make_attachment(other)]),
            make_statement(id=SECOND, attachments=[make_attachment(PHOTO)]),
            make_statement(id=THIRD, attachments=[make_attachment(b"far away", fileUrl=URL)]),
        ]
        sent = mixed(batch, file_part(PHOTO), file_part(other))
        assert (await xapi.request("POST", content=sent, headers=MIXED)).status_code == 200

    async def test_with_attachments_the_statements_come_first_and_then_each_file(self, xapi: Xapi) -> None:
        await self.store(xapi)
        answer = await xapi.get(attachments="true")
        (head, first), *files = parts_of_answer(answer)
        assert head["Content-Type"].startswith("application/json")
        assert [each["id"] for each in json.decode(first)["statements"]] == [THIRD, SECOND, FIRST]
        assert {data for _, data in files} == {PHOTO, b"another file"}
        for headers, data in files:
            assert headers["X-Experience-API-Hash"] == hashlib.sha256(data).hexdigest()
            assert headers["Content-Transfer-Encoding"] == "binary"
            assert headers["Content-Type"] == "text/plain"

    async def test_one_statement_comes_with_its_own_files(self, xapi: Xapi) -> None:
        await self.store(xapi)
        (_, first), *files = parts_of_answer(await xapi.get(statementId=SECOND, attachments="true"))
        assert json.decode(first)["id"] == SECOND
        assert [data for _, data in files] == [PHOTO]

    async def test_it_is_multipart_even_where_there_is_no_file(self, xapi: Xapi) -> None:
        ((_, first),) = parts_of_answer(await xapi.get(attachments="true"))
        assert json.decode(first) == {"statements": [], "more": ""}

    async def test_without_attachments_it_is_json_without_files(self, xapi: Xapi) -> None:
        await self.store(xapi)
        for parameters in ({}, {"attachments": "false"}):
            answer = await xapi.get(**parameters)
            assert answer.headers["Content-Type"].startswith("application/json")
            assert len(answer.json()["statements"]) == 3
        assert (await xapi.get(attachments="yes")).status_code == 400

    async def test_voided_statements_keep_their_files(self, xapi: Xapi) -> None:
        await self.store(xapi)
        pointer = {"objectType": "StatementRef", "id": SECOND}
        await xapi.stored(make_statement(verb={"id": "http://adlnet.gov/expapi/verbs/voided"}, object=pointer))
        _, (_, data) = parts_of_answer(await xapi.get(voidedStatementId=SECOND, attachments="true"))
        assert data == PHOTO
