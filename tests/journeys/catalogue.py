"""What the tests know of the catalogue."""

from functools import cache

from content import ModuleSource, Status, read_library
from tests.running import LIBRARY

_IN_ORDER = ("pathway-for-economic-growth", "listening-to-your-community", "local-economy-in-data")


@cache
def modules_of_the_path() -> tuple[ModuleSource, ...]:
    """The modules that the path counts, in the order in which they open."""
    live = {module.slug: module for module in read_library(LIBRARY).modules if module.status is Status.LIVE}
    assert live.keys() == set(_IN_ORDER), "the catalogue has changed: set the order of its live modules anew"
    return tuple(live[slug] for slug in _IN_ORDER)
