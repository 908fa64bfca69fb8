"""xAPI-Communication 4.0 and 4.2: credentials, and scopes."""

from tests.lrs.makers import (
    COMPLETED,
    DAVIT,
    FIRST,
    SECOND,
    VOIDED,
    make_reference,
    make_statement,
)
from tests.lrs.service import Xapi


class TestCredentials:
    """4.0."""

    async def test_without_valid_credentials_nothing_is_answered(self, xapi: Xapi) -> None:
        await xapi.post(make_statement(id=FIRST))
        for method in ("GET", "HEAD", "POST", "PUT"):
            answer = await xapi.request(method, content=b"no json", auth=("somebody", "something"))
            assert answer.status_code == 401, method
            assert answer.headers["WWW-Authenticate"].startswith("Basic")

    async def test_a_header_that_is_no_basic_authentication_is_refused(self, xapi: Xapi) -> None:
        for header in ("Basic", "Basic !", "Basic bm9jb2xvbg==", "Bearer x", "Basic /w=="):
            nobody = Xapi(xapi.db)
            answer = await nobody.request("GET", headers={"Authorization": header})
            assert answer.status_code == 401, header

    async def test_scopes_let_read_or_write_or_both(self, xapi: Xapi) -> None:
        allowed = {
            "all": (200, 200),
            "all/read": (200, 403),
            "statements/read": (200, 403),
            "statements/read/mine": (200, 403),
            "statements/write": (403, 200),
            "state": (403, 403),
            "define": (403, 403),
            "profile": (403, 403),
        }
        for scope, expected in allowed.items():
            await xapi.sign_on(scope)
            got, posted = await xapi.get(), await xapi.post(make_statement())
            assert (got.status_code, posted.status_code) == expected, scope

    async def test_read_mine_gives_only_what_the_same_credential_stored(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST))
        await xapi.sign_on("statements/write", "statements/read/mine", name="Other")
        await xapi.stored(make_statement(id=SECOND))
        assert await xapi.ids() == await xapi.ids(verb=COMPLETED) == [SECOND]
        assert (await xapi.get(statementId=FIRST)).status_code == 404
        assert (await xapi.get(statementId=SECOND)).status_code == 200

    async def test_the_authority_is_the_credentials_whatever_is_sent(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST, authority=DAVIT))
        authority = (await xapi.get(statementId=FIRST)).json()["authority"]
        assert authority["name"] == "LMS"
        assert authority["account"]["homePage"] == "http://waymark.test"


class TestAuthority:
    """4.0 and Data 2.3.2, 2.4.9: whose statements somebody may void, and what others' sending changes."""

    async def test_only_who_may_do_all_voids_what_another_sent(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST), make_statement(id=SECOND))
        await xapi.sign_on("statements/write", "statements/read", name="Other")
        answer = await xapi.post(make_reference(FIRST, verb=VOIDED))
        assert answer.status_code == 403
        assert (await xapi.get(statementId=FIRST)).status_code == 200
        await xapi.sign_on("all", name="Operator")
        await xapi.stored(make_reference(SECOND, verb=VOIDED))
        assert (await xapi.get(statementId=SECOND)).status_code == 404

    async def test_what_somebody_else_sent_already_keeps_its_authority(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST))
        before = (await xapi.get(statementId=FIRST)).content
        await xapi.sign_on("all", name="Other")
        assert await xapi.stored(make_statement(id=FIRST)) == [FIRST]
        assert (await xapi.get(statementId=FIRST)).content == before

    async def test_a_page_of_somebody_elses_query_shows_only_ones_own(self, xapi: Xapi) -> None:
        await xapi.stored(*(make_statement() for _ in range(3)))
        more = (await xapi.get(limit=1)).json()["more"]
        await xapi.sign_on("statements/read/mine", name="Other")
        assert (await xapi.get(more)).json()["statements"] == []
