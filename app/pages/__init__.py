"""What people see: a file a noun, each handler one call into a domain."""

from litestar import Router
from litestar.datastructures import CacheControlHeader
from litestar.di import Provide
from litestar.static_files import create_static_files_router
from litestar.types import ControllerRouterHandler

from app.page import STATIC_FOLDER
from app.pages.accounts import (
    accounts_page,
    ask_code,
    ask_to_be_found,
    claim_page,
    code_page,
    confirm_claim,
    confirm_join,
    join_page,
    offer,
    remove_mail_address,
    unlink,
    unlink_page,
    use_code,
)
from app.pages.attendance import ATTENDANCE_PAGES
from app.pages.audit import audit_as_csv, audit_as_json_lines, audit_page, audit_root
from app.pages.certificates import certificate_file, compare_name, verify_form, verify_page
from app.pages.claims import approve_found, claims_page, make_claim_link, refuse_found
from app.pages.counts import COUNT_PAGES
from app.pages.credentials import CREDENTIAL_PAGES
from app.pages.decisions import DECISION_PAGES
from app.pages.deliveries import deliveries_page, retry_delivery
from app.pages.editor import EDITOR_PAGES
from app.pages.enrolling import ENROLLING_PAGES
from app.pages.enrolment import ENROLMENT_PAGES
from app.pages.enrolments import ENROLMENT_LISTS
from app.pages.exchange import EXCHANGE_PAGES
from app.pages.explanations import EXPLANATION_PAGES
from app.pages.exports import organisations_as_csv, people_as_csv, requests_as_csv
from app.pages.focal_points import end_focal_point, name_for_theme
from app.pages.framers import FRAMER_PAGES
from app.pages.fulfilments import FULFILMENT_PAGES
from app.pages.grades import GRADE_PAGES
from app.pages.imports import IMPORT_PAGES
from app.pages.invitations import accept, invitation_page, invite, withdraw
from app.pages.keys import keys_page, rotate_keys
from app.pages.languages import change_language
from app.pages.launches import LAUNCH_PAGES
from app.pages.learning import LEARNING_PAGES
from app.pages.mail import mail_page, retry_mail, stop_mail, stop_mail_page
from app.pages.modules import open_on_content_origin
from app.pages.names import name_page, tell_name
from app.pages.organisations import (
    change_organisation_page,
    new_organisation,
    new_organisation_page,
    organisation_page,
    organisations_page,
    save_organisation,
)
from app.pages.paths import PATH_PAGES
from app.pages.people import (
    add_on_paper,
    end_membership,
    grant,
    people_page,
    person_page,
    withdraw_granted,
)
from app.pages.picker import PICKER_PAGES
from app.pages.platform import PLATFORM_PAGES
from app.pages.platforms import PLATFORM_LIST
from app.pages.player import (
    finish_reading,
    hand_in_quiz,
    leave_module,
    open_again,
    quiz_page,
    reading_page,
    result_page,
)
from app.pages.positions import POSITION_PAGES
from app.pages.privacy import (
    erase_data,
    erase_own_data,
    erasure_page,
    export_data,
    own_data,
    own_data_page,
    own_erasure_page,
    take_back_own_name,
)
from app.pages.progress import PROGRESS_PAGES
from app.pages.pseudonymising import PSEUDONYM_PAGES
from app.pages.registration import REGISTRATION_PAGES
from app.pages.requests import answer_request, ask_membership, memberships_page, requests_page
from app.pages.rosters import ROSTER_PAGES
from app.pages.sessions import end_all_others, end_one_session, sessions_page
from app.pages.sign_in import open_new_tab, sign_in, sign_in_page, sign_out
from app.pages.sign_in_by_mail import ask_for_link, link_sent, ways_in
from app.pages.sign_in_by_provider import go_to_provider, return_from_provider
from app.pages.start import START_PAGES
from app.pages.statements import STATEMENT_PAGES
from app.pages.teams import TEAM_PAGES
from app.pages.unmatched import UNMATCHED_PAGES
from app.pages.versions import VERSION_PAGES
from app.pages.whatif import WHAT_IF_PAGES
from app.visit import PUBLIC, permit, provide_visit

_LARGEST_FORM_BYTES = 64 * 1024
_A_YEAR_SECONDS = 365 * 24 * 3600


def _pages(*handlers: ControllerRouterHandler) -> list[Router]:
    """The handlers behind their guard, and the files that their pages load."""
    pages = Router(
        "/",
        route_handlers=handlers,
        guards=[permit],
        dependencies={"visit": Provide(provide_visit)},
        request_max_body_size=_LARGEST_FORM_BYTES,
        include_in_schema=False,
    )
    files = create_static_files_router(
        "/static",
        [STATIC_FOLDER],
        cache_control=CacheControlHeader(max_age=_A_YEAR_SECONDS, public=True, immutable=True),
        opt=dict(PUBLIC),
    )
    return [pages, files]


APP_PAGES = _pages(
    *CREDENTIAL_PAGES,
    end_focal_point,
    name_for_theme,
    erase_data,
    erase_own_data,
    erasure_page,
    export_data,
    own_data,
    own_data_page,
    own_erasure_page,
    take_back_own_name,
    accounts_page,
    approve_found,
    ask_code,
    ask_to_be_found,
    claim_page,
    claims_page,
    code_page,
    confirm_claim,
    confirm_join,
    join_page,
    make_claim_link,
    offer,
    refuse_found,
    remove_mail_address,
    unlink,
    unlink_page,
    use_code,
    *COUNT_PAGES,
    *ENROLLING_PAGES,
    *ENROLMENT_LISTS,
    *ENROLMENT_PAGES,
    *EDITOR_PAGES,
    *EXCHANGE_PAGES,
    *GRADE_PAGES,
    *IMPORT_PAGES,
    *LAUNCH_PAGES,
    *LEARNING_PAGES,
    *ROSTER_PAGES,
    *PATH_PAGES,
    *PICKER_PAGES,
    *PLATFORM_LIST,
    *FRAMER_PAGES,
    *PLATFORM_PAGES,
    *REGISTRATION_PAGES,
    *START_PAGES,
    *STATEMENT_PAGES,
    *VERSION_PAGES,
    *FULFILMENT_PAGES,
    *WHAT_IF_PAGES,
    *POSITION_PAGES,
    *PSEUDONYM_PAGES,
    *ATTENDANCE_PAGES,
    *DECISION_PAGES,
    *PROGRESS_PAGES,
    *EXPLANATION_PAGES,
    *TEAM_PAGES,
    *UNMATCHED_PAGES,
    accept,
    add_on_paper,
    answer_request,
    ask_membership,
    change_organisation_page,
    end_membership,
    grant,
    invitation_page,
    invite,
    memberships_page,
    new_organisation,
    new_organisation_page,
    organisation_page,
    organisations_page,
    organisations_as_csv,
    people_as_csv,
    people_page,
    person_page,
    requests_as_csv,
    requests_page,
    save_organisation,
    withdraw,
    withdraw_granted,
    audit_as_csv,
    audit_as_json_lines,
    audit_page,
    audit_root,
    ask_for_link,
    end_all_others,
    end_one_session,
    go_to_provider,
    link_sent,
    name_page,
    return_from_provider,
    sessions_page,
    tell_name,
    ways_in,
    certificate_file,
    change_language,
    compare_name,
    deliveries_page,
    mail_page,
    keys_page,
    open_new_tab,
    open_on_content_origin,
    retry_delivery,
    retry_mail,
    rotate_keys,
    sign_in,
    sign_in_page,
    sign_out,
    stop_mail,
    stop_mail_page,
    verify_form,
    verify_page,
)
CONTENT_PAGES = _pages(finish_reading, hand_in_quiz, leave_module, open_again, quiz_page, reading_page, result_page)
