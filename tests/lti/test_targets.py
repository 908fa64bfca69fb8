import pytest

from lti import LaunchRefused
from lti.launching.targets import Target, target_of

OURS = "https://waymark.example"


@pytest.mark.parametrize(
    ("address", "custom", "target"),
    [
        ("/lti/launch", None, Target()),
        ("/lti/launch", {"path": "economic-growth"}, Target("economic-growth")),
        ("/lti/launch", {"path": "economic-growth", "requirement": "r-intro"}, Target("economic-growth", "r-intro")),
        ("/lti/launch", {"path": "$Context.path"}, Target()),
        ("/lti/launch", {"path": "", "requirement": "r-intro"}, Target()),
        ("/paths/economic-growth", None, Target("economic-growth")),
        ("/paths/economic-growth/r-intro", None, Target("economic-growth", "r-intro")),
        ("/paths/economic-growth", {"path": "other"}, Target("economic-growth")),
    ],
)
def test_target_is_read_from_address_and_custom(address: str, custom: dict[str, object] | None, target: Target) -> None:
    assert target_of(f"{OURS}{address}", OURS, custom) == target


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/paths/economic-growth",
        "https://waymark.example.evil.example/paths/economic-growth",
        "https://waymark.example@evil.example/lti/launch",
        "http://waymark.example/lti/launch",
        "//waymark.example/lti/launch",
        "/lti/launch",
        f"{OURS}/",
        f"{OURS}/admin",
        f"{OURS}/paths/../admin",
        f"{OURS}/paths/economic-growth?next=https://evil.example",
        f"{OURS}/paths/Economic%0d%0aGrowth",
        f"{OURS}/lti/launch\n",
    ],
)
def test_address_that_is_not_ours_is_refused(address: str) -> None:
    with pytest.raises(LaunchRefused):
        target_of(address, OURS)


@pytest.mark.parametrize("path", [7, ["a"], "../admin", "a" * 101, "<script>", "economic growth"])
def test_custom_path_that_is_no_name_is_refused(path: object) -> None:
    with pytest.raises(LaunchRefused):
        target_of(f"{OURS}/lti/launch", OURS, {"path": path})


def test_location_leads_to_the_page_and_the_requirement_on_it() -> None:
    assert Target().location == "/"
    assert Target("economic-growth").location == "/paths/economic-growth"
    assert Target("economic-growth", "r-intro").location == "/paths/economic-growth#r-intro"
