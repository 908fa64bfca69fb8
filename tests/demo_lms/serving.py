"""Serving the platform on a port of this machine, in the event loop of whoever asks."""

from granian.constants import Interfaces
from granian.server.embed import Server

from tests.demo_lms.app import application
from tests.demo_lms.lms import DemoLms


def server(lms: DemoLms, port: int) -> Server:
    """A server on the loopback address; `await .serve()` runs it until `.stop()`."""
    return Server(
        application(lms), address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False, websockets=False
    )
