"""How a list stands in its address: the filters, by what it is in order, and behind which row a page begins."""

from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

import msgspec

from base import Invalid

Order = TypeVar("Order", bound=StrEnum)


class Listing(msgspec.Struct, frozen=True):
    """The list at `path` with these filters; `sort` is the name of an order, with "-" before it the other way round."""

    path: str
    sort: str
    filters: dict[str, str] = {}

    @property
    def order(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    def one_of(self, orders: type[Order]) -> Order:
        """The order that is asked for. Raises Invalid for one that the list cannot be in."""
        try:
            return orders(self.order)
        except ValueError:
            raise Invalid(f"sort is {self.sort[:20]!r}; it must be one of {', '.join(orders)}.", where="sort") from None

    def sorted_by(self, order: str) -> str:
        """The address of the list in this order, the other way round where it is in this order already."""
        return self._address(self.path, sort=f"-{order}" if self.sort == order else order)

    def behind(self, row_id: object) -> str:
        """The address of the page that begins behind a row."""
        return self._address(self.path, sort=self.sort, after=str(row_id))

    def as_file(self, name: str) -> str:
        """The address of a file with the whole list, filtered and in order as it is here."""
        return self._address(f"{self.path}/{name}", sort=self.sort)

    def _address(self, path: str, **more: str) -> str:
        return f"{path}?{urlencode({name: value for name, value in (self.filters | more).items() if value})}"
