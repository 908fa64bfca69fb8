"""Why a person is not let in: plain words for them, the reason for the administrator's log."""

from base import Forbidden, Unauthenticated, msgid

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
COOKIES_BLOCKED = msgid(
    "Your browser does not let this page keep a sign-in inside another website. Open it in a new tab instead."
)
COOKIES_OFF = msgid("Your browser keeps no cookies from this site. Allow them for it, then open the link again.")


class LaunchRefused(Unauthenticated):
    """A login or launch that failed a check; `reason` is for the log alone, and holds no token."""

    def __init__(self, reason: str, message: str = OPEN_AGAIN) -> None:
        super().__init__(message)
        self.reason = reason


class DeploymentPending(Forbidden):
    """The platform vouches for the launch, but no administrator has approved this deployment of it yet."""

    def __init__(self, reason: str) -> None:
        super().__init__(AWAITS_APPROVAL)
        self.reason = reason


class CookieBlocked(Unauthenticated):
    """The browser kept no cookie in this frame; opening `restart_url` in a new tab starts the same login there.

    Raised before the platform is asked, so that its one-time hints are still good.
    """

    def __init__(self, restart_url: str) -> None:
        super().__init__(COOKIES_BLOCKED)
        self.restart_url = restart_url
