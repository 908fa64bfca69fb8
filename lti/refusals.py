"""Why a person is not let in: plain words for them, the reason for the administrator's log."""

from enum import StrEnum
from uuid import UUID

from base import Forbidden, Unauthenticated, Unavailable, msgid

OPEN_AGAIN = msgid("We could not check this sign-in. Go back to your learning platform and open the link again.")
USED_OR_EXPIRED = msgid(
    "This sign-in was already used, or it waited too long. Go back to your learning platform and open the link again."
)
NOBODY = msgid(
    "Your learning platform did not say who you are, so your progress could not be kept. "
    "Sign in there, then open the link again."
)
KEYS_OUT_OF_REACH = msgid("We could not reach your learning platform to check this sign-in. Try again in a minute.")
NOT_CONNECTED = msgid(
    "This learning platform is not connected here. Its administrator can connect it in a few minutes."
)
NOT_OURS = msgid("This link leads to a page that is not here. Tell whoever put it into the course.")
NOT_CHOSEN = msgid(
    "Your teacher has not chosen yet what opens here. Tell them; they only need to open this link once themselves."
)
AWAITS_APPROVAL = msgid(
    "Your learning platform is known here, but this connection still awaits approval. "
    "An administrator has been shown it; open the link again later."
)
CLOSED = msgid("The connection with your learning platform is closed here. Tell whoever looks after it.")
TEST_STUDENT = msgid(
    "You are looking as a test student, of whom nothing is kept, and this link leads to no path. "
    "Open a link to a path, or open this one as yourself."
)
NOT_HERE_YET = msgid("This learner has not been here yet, so there is nothing to review.")
REVIEW_NOT_YOURS = msgid(
    "You may not see this learner's progress here. Whoever manages your organisation can give you the role for it."
)
COOKIES_BLOCKED = msgid(
    "Your browser does not let this page keep a sign-in inside another website. Open it in a new tab instead."
)
COOKIES_OFF = msgid("Your browser keeps no cookies from this site. Allow them for it, then open the link again.")


class LaunchFault(StrEnum):
    """Which kind of check failed: by it administrators are told what it means and what to do."""

    REQUEST = "request"
    PLATFORM_UNKNOWN = "platform-unknown"
    PLATFORM_WAITS = "platform-waits"
    PLATFORM_CLOSED = "platform-closed"
    DEPLOYMENT_WAITS = "deployment-waits"
    PLATFORM_ERROR = "platform-error"
    COOKIES = "cookies"
    BROWSER = "browser"
    STATE = "state"
    SIGNATURE = "signature"
    KEYS = "keys"
    CLOCK = "clock"
    CLAIMS = "claims"
    TARGET = "target"
    NOT_CHOSEN = "not-chosen"
    NOBODY = "nobody"
    REVIEW = "review"


_BY_MESSAGE = {
    USED_OR_EXPIRED: LaunchFault.STATE,
    NOBODY: LaunchFault.NOBODY,
    TEST_STUDENT: LaunchFault.NOBODY,
    NOT_CONNECTED: LaunchFault.PLATFORM_UNKNOWN,
    AWAITS_APPROVAL: LaunchFault.PLATFORM_WAITS,
    CLOSED: LaunchFault.PLATFORM_CLOSED,
    NOT_OURS: LaunchFault.TARGET,
    NOT_CHOSEN: LaunchFault.NOT_CHOSEN,
    COOKIES_OFF: LaunchFault.COOKIES,
    NOT_HERE_YET: LaunchFault.REVIEW,
    REVIEW_NOT_YOURS: LaunchFault.REVIEW,
}


class Told:
    """What the page may say besides, once the launch has been verified: in whose language, and the way back."""

    language: str | None = None
    way_back: str | None = None


class LaunchRefused(Told, Unauthenticated):
    """A login or launch that failed a check; `reason` is for administrators alone, and holds no token.

    `platform_id` is the platform that it is about, also where nobody has proven yet to come from it.
    """

    def __init__(
        self,
        reason: str,
        message: str = OPEN_AGAIN,
        *,
        fault: LaunchFault | None = None,
        platform_id: UUID | None = None,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.platform_id = platform_id
        self.fault = fault or _BY_MESSAGE.get(message, LaunchFault.CLAIMS)


class DeploymentPending(Told, Forbidden):
    """The platform vouches for the launch, but no administrator has approved this deployment of it yet."""

    fault = LaunchFault.DEPLOYMENT_WAITS

    def __init__(self, reason: str) -> None:
        super().__init__(AWAITS_APPROVAL)
        self.reason = reason


class KeysOutOfReach(Told, Unavailable):
    """The platform's keys could not be had, so nothing that it signs can be checked for now."""

    fault = LaunchFault.KEYS

    def __init__(self, reason: str) -> None:
        super().__init__(KEYS_OUT_OF_REACH)
        self.reason = reason


class CookieBlocked(Unauthenticated):
    """The browser kept no cookie in this frame; opening `restart_url` in a new tab starts the same login there.

    Raised before the platform is asked, so that its one-time hints are still good.
    """

    def __init__(self, restart_url: str) -> None:
        super().__init__(COOKIES_BLOCKED)
        self.restart_url = restart_url
