"""Somebody is sent here to look at what a learner did (LTI Submission Review 1.0)."""

from sqlalchemy import Connection

from lti.launching.launch import Launch
from lti.refusals import NOT_HERE_YET, REVIEW_NOT_YOURS, LaunchRefused
from people import Account, Action, Person, grants_of, holder_of, may, person_of_account, place_of_person


def review_location(conn: Connection, launch: Launch, reviewer: Person) -> str:
    """The page of the learner's progress, for whoever may see it in Waymark; for the learner, their own.

    The platform vouches for who asks and not for what they may do here: that a teacher of the course may see what else
    a learner does in the network was granted by nobody. Raises LaunchRefused with the way on.
    """
    account = Account(launch.platform.issuer, launch.for_user or "")
    learner = person_of_account(conn, account)
    if learner is None:
        raise LaunchRefused("the submission to be reviewed is of somebody who never came here", NOT_HERE_YET)
    learner_id = holder_of(conn, learner.id)
    if learner_id == holder_of(conn, reviewer.id):
        return launch.target.location
    if not may(grants_of(conn, reviewer.id), Action.VIEW_PROGRESS, place_of_person(conn, learner_id)):
        raise LaunchRefused("whoever reviews holds no role here by which they may see this learner", REVIEW_NOT_YOURS)
    page = f"/people/{learner_id}/paths"
    return page if launch.target.path is None else f"{page}/{launch.target.path}"
