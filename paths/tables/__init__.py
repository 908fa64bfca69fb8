"""What is kept of paths: one file for each part."""

from paths.tables import checks as _checks  # noqa: F401 (tables belong to the metadata as soon as they are known)
from paths.tables import drafts as _drafts  # noqa: F401 (tables belong to the metadata as soon as they are known)
from paths.tables import invited as _invited  # noqa: F401 (tables belong to the metadata as soon as they are known)
from paths.tables import migrations as _migrations  # noqa: F401 (tables belong to the metadata as soon as they are known)
from paths.tables import paths as _paths  # noqa: F401 (tables belong to the metadata as soon as they are known)
from paths.tables import unmatched as _unmatched  # noqa: F401 (tables belong to the metadata as soon as they are known)
