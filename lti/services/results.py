"""Results: the grades that a platform has now, whoever gave them (AGS 2.0, "Result service")."""

from collections.abc import AsyncIterator

import msgspec

from base import Outward
from lti.registering.platforms import Platform
from lti.services.access_tokens import AccessTokens
from lti.services.calls import asking, below, decoded
from lti.services.paging import pages
from lti.standard.claims import RESULT_SCOPE

RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
_READING = frozenset({RESULT_SCOPE})


class _Result(msgspec.Struct, frozen=True, rename="camel"):
    user_id: str | int
    result_score: float | None = None
    result_maximum: float | None = None


class Result(msgspec.Struct, frozen=True):
    """What a user has in a column: a share of its maximum, None where there is no grade."""

    user_id: str
    score_scaled: float | None


async def results(
    outward: Outward, tokens: AccessTokens, platform: Platform, line_item_url: str, *, user_id: str | None = None
) -> AsyncIterator[Result]:
    """The results of the column, or of one user, page by page to the last.

    Raises as `pages` does, and Unavailable for what is no list of results.
    """
    url = below(line_item_url, "results")
    if user_id is not None:
        url = asking(url, {"user_id": user_id})
    async for page in pages(outward, tokens, platform, url, scopes=_READING, accept=RESULTS_TYPE):
        for each in decoded(page, list[_Result], platform):
            yield Result(str(each.user_id), _scaled(each))


def _scaled(result: _Result) -> float | None:
    # The maximum is 1 where it is left out (AGS 2.0, "resultMaximum").
    maximum = 1.0 if result.result_maximum is None else result.result_maximum
    return None if result.result_score is None or maximum <= 0 else result.result_score / maximum
