"""Tables of people and organisations, as others may use them: sent, checked, applied, undone."""

from people.import_list import Import, ImportOrder, ImportState, count_imports, find_import, list_imports
from people.import_plans import Outcome, PlannedRow
from people.import_rows import COLUMNS, Fault, ImportKind, OrganisationRow, Table, read_table
from people.importing import (
    IMPORT_SUBSCRIPTIONS,
    Checked,
    apply_import,
    begin_import,
    check_table,
    discard_import,
    forget_waiting_imports,
    imported_files,
    take_step,
    undo_import,
)

__all__ = [
    "COLUMNS",
    "IMPORT_SUBSCRIPTIONS",
    "Checked",
    "Fault",
    "Import",
    "ImportKind",
    "ImportOrder",
    "ImportState",
    "OrganisationRow",
    "Outcome",
    "PlannedRow",
    "Table",
    "apply_import",
    "begin_import",
    "check_table",
    "count_imports",
    "discard_import",
    "find_import",
    "forget_waiting_imports",
    "imported_files",
    "list_imports",
    "read_table",
    "take_step",
    "undo_import",
]
