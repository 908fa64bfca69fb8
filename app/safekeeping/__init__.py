"""Backups of the database and the files, and their restoration, on either kind of database."""

from app.safekeeping.backup import BackedUp, back_up
from app.safekeeping.manifest import Manifest
from app.safekeeping.restoring import Restored, read_backup, restore

__all__ = ["BackedUp", "Manifest", "Restored", "back_up", "read_backup", "restore"]
