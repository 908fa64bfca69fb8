import pytest

from lti.services.calls import below


@pytest.mark.parametrize(
    ("line_item", "scores"),
    [
        ("https://lms.example/items/7", "https://lms.example/items/7/scores"),
        (
            "https://moodle.example/mod/lti/services.php/2/lineitems/7/lineitem?type_id=1",
            "https://moodle.example/mod/lti/services.php/2/lineitems/7/lineitem/scores?type_id=1",
        ),
    ],
)
def test_scores_stand_at_the_end_of_the_path_before_the_query(line_item: str, scores: str) -> None:
    assert below(line_item, "scores") == scores
