from app.frames import Frames, frame_of, prefix_of
from tests.app.asgi import Echo, ask

FRAME = "Qm9vay1vZi1mcmFtZXM"


async def test_the_frame_prefix_is_taken_off_and_kept() -> None:
    inner = Echo("app")
    await ask(Frames(inner), f"https://waymark.example/f/{FRAME}/paths/pathways?x=1")
    (scope,) = inner.scopes
    assert scope["path"] == "/paths/pathways"
    assert scope["raw_path"] == b"/paths/pathways"
    assert scope["query_string"] == b"x=1"
    assert frame_of(scope) == FRAME


async def test_a_page_of_its_own_has_no_frame() -> None:
    inner = Echo("app")
    await ask(Frames(inner), "https://waymark.example/paths")
    assert inner.scopes[0]["path"] == "/paths"
    assert frame_of(inner.scopes[0]) is None


async def test_what_is_no_frame_name_stays_a_path_that_nobody_serves() -> None:
    inner = Echo("app")
    await ask(Frames(inner), "https://waymark.example/f/short/paths")
    assert inner.scopes[0]["path"] == "/f/short/paths"
    assert frame_of(inner.scopes[0]) is None


def test_the_prefix_stands_before_paths_inside_a_frame_only() -> None:
    assert prefix_of(FRAME) == f"/f/{FRAME}"
    assert prefix_of(None) == ""
