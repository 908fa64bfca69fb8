"""Serving on a port of this machine, in the event loop of whoever asks."""

from granian.constants import Interfaces
from granian.server.embed import Server
from litestar.types import ASGIApp


def server(app: ASGIApp, port: int) -> Server:
    """A server on the loopback address; `await .serve()` runs it until `.stop()`."""
    return Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGINL, log_enabled=False, websockets=False)
