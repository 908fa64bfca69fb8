"""What a platform takes back from the picker, and in which forms."""

import msgspec

from lti.standard.claims import DeepLinkingSettings

LINK = "ltiResourceLink"


class Acceptance(msgspec.Struct, frozen=True):
    """Whether links that launch from a course are taken, several of them, with a grade, in a frame, in a new tab."""

    links: bool
    several: bool
    grades: bool
    frame: bool
    tab: bool


def acceptance_of(settings: DeepLinkingSettings) -> Acceptance:
    """By Deep Linking 2.0 §4.4.1; `accept_media_types` is about files alone, of which we send none.

    A platform that says nothing of line items may well make a column (Canvas and Blackboard do), so it gets one.
    """
    targets = settings.accept_presentation_document_targets
    return Acceptance(
        links=LINK in settings.accept_types,
        several=_is_true(settings.accept_multiple, unsaid=False),
        grades=_is_true(settings.accept_lineitem, unsaid=True),
        frame="iframe" in targets,
        tab="window" in targets,
    )


def _is_true(said: object, *, unsaid: bool) -> bool:
    """Some platforms send what is true as text."""
    if said is None or said == "":
        return unsaid
    return said is True or str(said).casefold() == "true"
