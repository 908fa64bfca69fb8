"""How long properties are looked for: a moment in every run, as long as one likes with HYPOTHESIS_EFFORT=20."""

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings

EFFORT = int(os.environ.get("HYPOTHESIS_EFFORT", "1"))


def examples(number: int) -> Callable[[Any], Any]:
    """Try `number` examples; they share the database of the test, so each uses names of its own."""
    return settings(
        max_examples=number * EFFORT,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    )
