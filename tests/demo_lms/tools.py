"""A tool that registered itself: nothing of it works until an administrator of the platform activates it."""

from typing import Any

import msgspec


class Tool(msgspec.Struct):
    """What a registration brought; the deployment is named after its number, as Moodle has it."""

    client_id: str
    deployment_id: str
    request: dict[str, Any]
    active: bool = False

    @property
    def name(self) -> str:
        return str(self.request["client_name"])
