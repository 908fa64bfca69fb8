"""The topics of the library that comes with Waymark; others are told as they were written."""

from base import msgid

TOPICS = (
    msgid("adaptive management"),
    msgid("alternative finance"),
    msgid("community listening"),
    msgid("diagnosis"),
    msgid("green economy"),
    msgid("local data"),
    msgid("mentoring"),
    msgid("monitoring"),
    msgid("municipal finance"),
    msgid("partnerships"),
    msgid("pathways for economic growth"),
    msgid("peer learning"),
    msgid("planning"),
    msgid("portfolio thinking"),
    msgid("private sector"),
    msgid("social inclusion"),
    msgid("stakeholder engagement"),
    msgid("storytelling"),
)
"""Pages look a topic up by itself (`Words.known`); a test holds the list to the library."""
