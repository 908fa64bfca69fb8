"""The number on a certificate: what its QR code carries and what a person can type from the paper.

Crockford's base 32 has no letter that looks like a digit, and reads I and L as 1 and O as 0. Twenty-six of its
characters are 130 random bits: nobody finds a certificate by guessing.
"""

import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 26
_READ_AS = str.maketrans("ILO", "110", "- ")


def new_number() -> str:
    """A new certificate's number, such as `7Q3MZK…`, as it is stored and stands in addresses."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def grouped(number: str) -> str:
    """The number as it is printed, in groups that the eye can hold."""
    return " ".join((number[:5], number[5:10], number[10:15], number[15:20], number[20:]))


def read_number(typed: str) -> str | None:
    """The number that was meant by what was typed, in any case and spacing; None where it cannot be one."""
    number = typed.upper().translate(_READ_AS) if len(typed) <= 2 * _LENGTH else ""
    return number if len(number) == _LENGTH and set(number) <= set(_ALPHABET) else None
