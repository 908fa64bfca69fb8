"""What the record store keeps: one file for each kind of row."""

from lrs.tables import activities as _activities  # noqa: F401 (tables belong to the metadata as soon as they are known)
from lrs.tables import attachments as _attachments  # noqa: F401 (likewise)
from lrs.tables import credentials as _credentials  # noqa: F401 (likewise)
from lrs.tables import documents as _documents  # noqa: F401 (likewise)
from lrs.tables import exchange as _exchange  # noqa: F401 (likewise)
from lrs.tables import log as _log  # noqa: F401 (likewise)
from lrs.tables import pseudonyms as _pseudonyms  # noqa: F401 (likewise)
from lrs.tables import statements as _statements  # noqa: F401 (likewise)
