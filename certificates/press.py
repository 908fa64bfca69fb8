"""The process beside the server in which certificates are drawn and signed.

Signing is pure computing, and what it needs (pyHanko, reportlab, pikepdf) takes more than a second to
import: a warm process of its own keeps both away from whoever waits for a page.
"""

import asyncio
import os
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from multiprocessing import get_context, parent_process
from threading import Thread

from base import DocumentKey, RetryLater
from certificates.paper import Certificate

_RESTART_SECONDS = 2.0


class Press:
    """Draws and signs, one certificate at a time; its process starts with the first one.

    `current_key` is asked each time: when another key has taken over, another process starts with it.
    """

    def __init__(self, current_key: Callable[[], DocumentKey]) -> None:
        self._current_key = current_key
        self._key = current_key()
        self._pool = self._open()

    async def draw_and_sign(self, certificate: Certificate) -> bytes:
        """The signed PDF.

        Raises Invalid where it cannot be set (fitting.py), Unavailable where there is no key or its certificate does
        not hold, and RetryLater where the process died; another one stands ready then.
        """
        pool = self._pool_of(self._current_key())
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, draw_and_sign, certificate)
        except BrokenProcessPool as error:
            if pool is self._pool:
                self._pool = self._open()
            raise RetryLater(_RESTART_SECONDS, "the process that signs certificates ended") from error

    def close(self) -> None:
        """End the process once it has finished what it is at."""
        self._pool.shutdown(cancel_futures=True)

    def _pool_of(self, key: DocumentKey) -> ProcessPoolExecutor:
        if key != self._key:
            self._pool.shutdown(wait=False)
            self._key = key
            self._pool = self._open()
        return self._pool

    def _open(self) -> ProcessPoolExecutor:
        # A new interpreter, since a copy of a server full of threads could stand still for ever.
        return ProcessPoolExecutor(1, get_context("spawn"), initializer=_start, initargs=(self._key,))


def draw_and_sign(certificate: Certificate) -> bytes:
    """The signed PDF, made in the process that `_start` made ready."""
    return _workshop[0](certificate)


_workshop: list[Callable[[Certificate], bytes]] = []
"""One in the press's process; none in the server's."""


def _start(key: DocumentKey) -> None:
    """Make this new process ready to draw and sign."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; it is the server's to end us
    Thread(target=_end_with_parent, daemon=True).start()
    # By name, so that the server, which imports this module, does not load what only this process needs.
    _workshop.append(import_module("certificates.workshop").open_workshop(key))


def _end_with_parent() -> None:
    """End when the server was killed: the pool's pipes stay open on our side and would not tell."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
