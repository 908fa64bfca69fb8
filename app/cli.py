"""The `waymark` command."""

import rich_click as click

from app.commands.access import admin_link_command
from app.commands.audit import audit_group
from app.commands.catalogue import check_command, export_command, import_command
from app.commands.completion import replay_command
from app.commands.credentials import credential_group
from app.commands.enrolments import enrol_command
from app.commands.exchange import forward_group, pull_group
from app.commands.explaining import explain_command
from app.commands.grades import platform_resync
from app.commands.keys import keys_group
from app.commands.mail import mail_group
from app.commands.paths import path_group
from app.commands.people import organisations_group, people_group
from app.commands.platforms import platform_group
from app.commands.privacy import privacy_group
from app.commands.pseudonymising import privacy_pseudonymise
from app.commands.rosters import roster_group
from app.commands.safekeeping import backup_command, files_group, restore_command
from app.commands.serving import migrate_command, serve_command, worker_command
from app.commands.statements import statements_group
from app.commands.unmatched import unmatched_command
from app.commands.whatif import what_if_command


@click.group()
@click.version_option(package_name="waymark")
def main() -> None:
    """Waymark: learning paths that are launched from your LMS, recorded, completed and certified.

    Settings come from the environment: WAYMARK_DATABASE_URL, WAYMARK_URL, WAYMARK_CONTENT_URL
    and more (see the README).
    """


platform_group.add_command(platform_resync)
privacy_group.add_command(privacy_pseudonymise)

for command in (
    serve_command,
    worker_command,
    migrate_command,
    check_command,
    import_command,
    export_command,
    credential_group,
    platform_group,
    roster_group,
    admin_link_command,
    replay_command,
    explain_command,
    what_if_command,
    path_group,
    audit_group,
    keys_group,
    backup_command,
    restore_command,
    files_group,
    mail_group,
    privacy_group,
    people_group,
    organisations_group,
    enrol_command,
    statements_group,
    forward_group,
    pull_group,
    unmatched_command,
):
    main.add_command(command)
