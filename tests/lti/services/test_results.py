"""Results as platforms give them: in pages, with numbers for users, and any maximum."""

import pytest

from base import Outward, Unavailable
from lti import Platform
from lti.services.access_tokens import AccessTokens
from lti.services.results import Result, results
from tests.demo_lms import AYGUN, NINO, OLENA, DemoLms
from tests.demo_lms.grade_book import Score
from tests.lti.services.conftest import Scripted
from tests.times import NOW


async def test_results_are_read_to_the_last_page(
    lms: DemoLms, outward: Outward, tokens: AccessTokens, sent_to: Platform
) -> None:
    for learner, given in ((AYGUN, 5), (NINO, 10), (OLENA, 0)):
        by_hand = Score(NOW, "Completed", "FullyGraded", learner.id, given, 10)
        lms.grade_book._take(lms.grade_book.columns["path"], by_hand)
    lms.page_size = 1
    read = results(outward, tokens, sent_to, f"{lms.url}/lineitems/path?course=1")
    assert {each.user_id: each.score_scaled async for each in read} == {AYGUN.id: 0.5, NINO.id: 1, OLENA.id: 0}


async def test_results_of_one_user_are_asked_for(
    lms: DemoLms, outward: Outward, tokens: AccessTokens, sent_to: Platform
) -> None:
    for learner in (AYGUN, NINO):
        by_hand = Score(NOW, "Completed", "FullyGraded", learner.id, 10, 10)
        lms.grade_book._take(lms.grade_book.columns["path"], by_hand)
    read = results(outward, tokens, sent_to, f"{lms.url}/lineitems/path?course=1", user_id=NINO.id)
    assert [each async for each in read] == [Result(NINO.id, 1.0)]


async def test_results_are_shares_of_their_maximum(
    lms: DemoLms, scripted: Scripted, outward: Outward, tokens: AccessTokens, sent_to: Platform
) -> None:
    scripted.say(
        "/lineitems/path/results",
        body=b'[{"userId": 7, "resultScore": 3, "resultMaximum": 4}, {"userId": "8", "resultScore": 0.5},'
        b' {"userId": "9", "resultScore": null}, {"userId": "10", "resultScore": 1, "resultMaximum": 0}]',
    )
    read = results(outward, tokens, sent_to, f"{lms.url}/lineitems/path")
    assert [each async for each in read] == [Result("7", 0.75), Result("8", 0.5), Result("9", None), Result("10", None)]


async def test_what_is_no_list_of_results_is_tried_again(
    lms: DemoLms, scripted: Scripted, outward: Outward, tokens: AccessTokens, sent_to: Platform
) -> None:
    scripted.say("/lineitems/path/results", body=b"<html>")
    with pytest.raises(Unavailable, match="cannot be read"):
        [each async for each in results(outward, tokens, sent_to, f"{lms.url}/lineitems/path")]
