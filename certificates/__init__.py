"""What completion earns: certificates, drawn, signed, issued once, and verifiable by anyone."""

from certificates import tables as _tables  # noqa: F401 (the tables belong to the metadata once the domain is known)
from certificates.numbers import grouped, read_number
from certificates.paper import Certificate
from certificates.tables import State

__all__ = ["Certificate", "State", "grouped", "read_number"]
