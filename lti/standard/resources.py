"""How grade books name what of ours is graded, so that a column is found again, whoever made it."""

from uuid import UUID

import msgspec

_WHOLE = "path"


class Resource(msgspec.Struct, frozen=True):
    """What stands in a line item for a path or one of its requirements (AGS 2.0, "resourceId" and "tag")."""

    id: str
    tag: str


def resource_of(path_id: UUID, requirement: str | None) -> Resource:
    return Resource(str(path_id), requirement or _WHOLE)
