"""Link headers as platforms write them (RFC 8288 §3)."""

import pytest

from lti.services.paging import next_link

BASE = "https://lms.example/api/items?limit=1"


@pytest.mark.parametrize(
    ("header", "following"),
    [
        ('<https://lms.example/Api/Page?bookmark=AbCdEf>; rel="next"', "https://lms.example/Api/Page?bookmark=AbCdEf"),
        # Moodle 4.5.6, lineitems.php and results.php
        (
            "<https://lms.example/lineitems?type_id=1&amp;limit=1&amp;from=2>; rel=“next”",
            "https://lms.example/lineitems?type_id=1&limit=1&from=2",
        ),
        ("<https://lms.example/2>; rel=next", "https://lms.example/2"),
        ("<https://lms.example/2>;rel='next'", "https://lms.example/2"),
        ('<https://lms.example/2> ; REL = "Next"', "https://lms.example/2"),
        ('<https://lms.example/2>; title="p, q"; rel="first next"', "https://lms.example/2"),
        (
            '<https://lms.example/1?a=1,2>; rel="prev", <https://lms.example/3>; rel="next",<https://lms.example/9>',
            "https://lms.example/3",
        ),
        ('<?limit=1&from=1>; rel="next"', "https://lms.example/api/items?limit=1&from=1"),
        ('</api/items?from=1>; rel="next"', "https://lms.example/api/items?from=1"),
        (None, None),
        ("", None),
        ('<>; rel="next"', None),
        ('<https://lms.example/2>; rel="nextish"', None),
        ('<https://lms.example/2>; rel="prev"', None),
        ('https://lms.example/2; rel="next"', None),
    ],
)
def test_next_page_is_found_however_the_header_is_written(header: str | None, following: str | None) -> None:
    assert next_link(header, BASE) == following


def test_differences_link_of_a_roster_is_another_relation() -> None:
    header = '<https://lms.example/members?since=7>; rel="differences", <https://lms.example/members?p=2>; rel=next'
    assert next_link(header, BASE, rel="differences") == "https://lms.example/members?since=7"


def test_link_header_without_end_is_read_in_no_time() -> None:
    assert next_link("<" * 1_000_000 + ';rel="' * 100_000, BASE) is None
