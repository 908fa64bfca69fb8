"""xAPI-Communication 2.8: about."""

from tests.lrs.service import Xapi


class TestAbout:
    """2.8."""

    async def test_it_names_the_versions_to_anyone(self, xapi: Xapi) -> None:
        headers = {"X-Experience-API-Version": None}
        answer = await xapi.request("GET", "/xapi/about", headers=headers, auth=("nobody", "nothing"))
        assert answer.status_code == 200
        assert answer.json()["version"] == ["2.0.0", "1.0.3"]
        assert answer.headers["X-Experience-API-Version"] == "2.0.0"
