"""What happened to people that others hear of: accounts that changed hands, and mail that is due.

No event carries a token or a code: whoever sends the mail makes it then, and only its hash is kept.
"""

from uuid import UUID

from base import Event
from people.registry import Account


class AccountLinked(Event, frozen=True):
    """An account is now the person's, and before it was `before_person_id`'s if anybody's; `subject` is the person."""

    account: Account
    person_id: UUID
    before_person_id: UUID | None


class SignInLinkAsked(Event, frozen=True):
    """A person asked for a link that signs them in, to be sent to this address of theirs; `subject` is the person."""

    person_id: UUID
    address_id: UUID


class LinkCodeAsked(Event, frozen=True):
    """A person asked for a code by mail that proves an address theirs; `make_link_code` makes it when it is sent."""

    ask_id: UUID


class InvitationMade(Event, frozen=True):
    """Somebody is invited by mail; `subject` is the invitation."""

    invitation_id: UUID


class InvitationAccepted(Event, frozen=True):
    """A person accepted an invitation that `by` made, perhaps again while it was good; `subject` is the person."""

    person_id: UUID
    invitation_id: UUID
    by: UUID | None


class MembershipAnswered(Event, frozen=True):
    """A wish to belong to an organisation was approved or refused; `subject` is the person."""

    person_id: UUID
    request_id: UUID


class ProfileChanged(Event, frozen=True):
    """What a person does, needs or belongs to is another, so that rules may now be about them; `subject` is they."""

    person_id: UUID


class OrganisationChanged(Event, frozen=True):
    """An organisation is of another kind or country, so that rules may now be about its people; `subject` is it."""

    organisation_id: UUID
