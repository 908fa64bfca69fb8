"""What Waymark tells people outside its pages: mail, one message for one cause."""

from messages import tables as _tables  # noqa: F401 (the tables belong to the metadata as soon as the domain is known)
