from hypothesis import given
from hypothesis import strategies as st

from lrs.standard.agents import account_key, account_of_key

HOME_PAGES = st.text(":/xy", min_size=1).map(lambda rest: f"http://{rest}")
NAMES = st.text(": xy", min_size=1)


def test_the_key_of_a_usual_account_is_its_home_page_and_name() -> None:
    assert account_key("https://lms.example", "nino::1") == "account::https://lms.example::nino::1"


def test_two_accounts_that_read_alike_have_two_keys() -> None:
    assert account_key("http://x", "y::z") != account_key("http://x::y", "z")


@given(home_page=HOME_PAGES, name=NAMES)
def test_a_key_belongs_to_one_account(home_page: str, name: str) -> None:
    assert account_of_key(account_key(home_page, name)) == (home_page, name)


def test_the_key_of_a_mailbox_is_no_account() -> None:
    assert account_of_key("mbox::mailto:nino@tbilisi.example") is None
