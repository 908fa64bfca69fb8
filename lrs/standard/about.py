"""What the record store says of itself (Communication 2.8)."""

from typing import Final

from msgspec import Struct

VERSION_1_0: Final = "1.0.3"
VERSION_2_0: Final = "2.0.0"

VERSION_HEADER: Final = "X-Experience-API-Version"
CONSISTENT_THROUGH_HEADER: Final = "X-Experience-API-Consistent-Through"


class About(Struct, frozen=True):
    """The versions of xAPI that are spoken here."""

    version: tuple[str, ...] = (VERSION_2_0, VERSION_1_0)
