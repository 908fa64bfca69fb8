import msgspec
import pytest

from base import KeyRing, Unauthenticated
from lti.launching.previews import PREVIEW_LIFE, Preview, Unkept, open_preview, preview_address
from tests.times import NOW

SHOWN = Preview("growth", Unkept.ANONYMOUS, "ka", NOW + PREVIEW_LIFE)


def token(keys: KeyRing, preview: Preview = SHOWN) -> str:
    return preview_address(keys, preview).removeprefix("/preview/")


def test_preview_is_opened_by_its_address_until_it_ends(keys: KeyRing) -> None:
    assert open_preview(keys, token(keys), now=NOW) == SHOWN
    with pytest.raises(Unauthenticated, match="over"):
        open_preview(keys, token(keys), now=SHOWN.ends_at)


def test_address_fits_into_a_path(keys: KeyRing) -> None:
    longest = msgspec.structs.replace(SHOWN, path="x" * 100, why=Unkept.TEST_STUDENT)
    assert len(preview_address(keys, longest)) < 500
    assert preview_address(keys, longest).isascii()
    assert "/" not in token(keys, longest)


@pytest.mark.parametrize("bad", ["", ".", "x.y", "\N{SNOWMAN}.x", "a" * 10_000])
def test_address_that_we_did_not_make_opens_nothing(bad: str, keys: KeyRing) -> None:
    with pytest.raises(Unauthenticated):
        open_preview(keys, bad, now=NOW)


def test_address_that_was_changed_opens_nothing(keys: KeyRing) -> None:
    said, _, seal = token(keys).partition(".")
    other, _, _ = token(keys, msgspec.structs.replace(SHOWN, path="other")).partition(".")
    for forged in (f"{other}.{seal}", f"{said}.", f"{said}.{seal[:-1]}", f"{said}A.{seal}"):
        with pytest.raises(Unauthenticated):
            open_preview(keys, forged, now=NOW)
