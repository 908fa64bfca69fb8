"""A running service, and how to come in."""

from dataclasses import dataclass

from tests.running import Service


@dataclass(frozen=True)
class Served:
    """A running service and the key and secret of a credential in it."""

    service: Service
    key: str
    secret: str

    @property
    def endpoint(self) -> str:
        return f"{self.service.url}/xapi/"
