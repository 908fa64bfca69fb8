"""xAPI-Communication 3.2: which status tells of what."""

from tests.lrs.service import Xapi


class TestMethods:
    """3.2."""

    async def test_delete_is_not_allowed(self, xapi: Xapi) -> None:
        assert (await xapi.request("DELETE")).status_code == 405
