"""What tests that open the service in their own process share: its routes and the process that signs certificates."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from typing import Any

import pytest
from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.stores.registry import StoreRegistry
from litestar.types import ControllerRouterHandler

from base import DocumentKey
from certificates import Press

LendPress = Callable[[Callable[[], DocumentKey]], Press]

_GIVEN = "dependencies_of_this_opening"


@contextmanager
def composed_once() -> Iterator[None]:
    """Until the block ends every opening has a copy of what the first composed.

    Composing takes 0.2 s, more than most tests of the service; the routes, guards and errors are the same each time.
    State, dependencies and what the framework remembers are each opening's own.
    """
    composed: dict[tuple[int, ...], Litestar] = {}

    def open_litestar(
        routes: Sequence[ControllerRouterHandler], *, dependencies: Mapping[str, Provide], state: State, **rest: Any
    ) -> Litestar:
        key = tuple(map(id, routes))
        if key not in composed:
            composed[key] = Litestar(routes, dependencies={name: _given(name) for name in dependencies}, **rest)
        opened = copy(composed[key])
        opened.state = state
        opened.state[_GIVEN] = dependencies
        opened.stores = StoreRegistry()
        return opened

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.main.Litestar", open_litestar)
        yield


@contextmanager
def lasting_press() -> Iterator[LendPress]:
    """What gives one opening of the service after another the same press.

    Its process takes 2 s to start, and no test of the service is about that. A press asks for the key each time, so it
    signs for whoever has it now.
    """
    presses: list[_LastingPress] = []

    def lend(current_key: Callable[[], DocumentKey]) -> Press:
        if not presses:
            presses.append(_LastingPress(current_key))
        presses[0].serve(current_key)
        return presses[0]

    yield lend
    for press in presses:
        press.end()


class _LastingPress(Press):
    def serve(self, current_key: Callable[[], DocumentKey]) -> None:
        self._current_key = current_key

    def close(self) -> None:
        """Stay warm for the next opening."""

    def end(self) -> None:
        super().close()


def _given(name: str) -> Provide:
    async def give(state: State) -> Any:
        return await state[_GIVEN][name]()

    return Provide(give)
