"""What the tests know of the catalogue."""

from content import ModuleSource, Status, read_library
from tests.running import LIBRARY

_IN_ORDER = ("pathway-for-economic-growth", "listening-to-your-community", "local-economy-in-data")


def modules_of_the_path() -> list[ModuleSource]:
    """The modules that the path counts, in the order in which they open."""
    live = {module.slug: module for module in read_library(LIBRARY).modules if module.status is Status.LIVE}
    assert live.keys() == set(_IN_ORDER), "the catalogue has changed: set the order of its live modules anew"
    return [live[slug] for slug in _IN_ORDER]
