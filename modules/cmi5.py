"""The fixed names of cmi5 (AICC, Quartz 1st edition), by section of the specification."""

from enum import StrEnum

CMI5_CATEGORY = "https://w3id.org/xapi/cmi5/context/categories/cmi5"  # 9.6.2.1
MOVE_ON_CATEGORY = "https://w3id.org/xapi/cmi5/context/categories/moveon"  # 9.6.2.2

SESSION_ID = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"  # 9.6.3.1
MASTERY_SCORE = "https://w3id.org/xapi/cmi5/context/extensions/masteryscore"  # 9.6.3.2
LAUNCH_MODE = "https://w3id.org/xapi/cmi5/context/extensions/launchmode"  # 9.6.3.3
LAUNCH_URL = "https://w3id.org/xapi/cmi5/context/extensions/launchurl"  # 9.6.3.4
MOVE_ON = "https://w3id.org/xapi/cmi5/context/extensions/moveon"  # 9.6.3.6

PROGRESS = "https://w3id.org/xapi/cmi5/result/extensions/progress"  # 9.5.5.1
REASON = "https://w3id.org/xapi/cmi5/result/extensions/reason"  # 9.5.5.2


class LaunchMode(StrEnum):
    """Whether what is done in a session is to be judged (10.2.2)."""

    NORMAL = "Normal"
    BROWSE = "Browse"
    REVIEW = "Review"
