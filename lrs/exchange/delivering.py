"""Sending a batch so that a statement that is refused holds up no other: what is refused together is halved."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from msgspec import Struct

from lrs.browsing.selection import Chosen
from lrs.exchange.other_stores import Trouble

REFUSES_ALL_AFTER: Final = 10
"""So many refused one by one, and none accepted: then the fault lies with the address or version, not with them."""


class Refusal(Struct, frozen=True):
    """Another store's answer to what it does not take."""

    status: int
    error: str


class Refused(Struct, frozen=True):
    """A statement that is refused by itself."""

    statement: Chosen
    refusal: Refusal


class Settled(Struct, frozen=True):
    """How far a batch came: so many of its statements, from the front, are settled, all but the `refused` accepted.

    `trouble` is what stopped it there, if anything did but its time.
    """

    count: int
    refused: Sequence[Refused] = ()
    trouble: Trouble | None = None


Send = Callable[[Sequence[Chosen]], Awaitable[Refusal | None]]
"""Sends statements together: None when all of them are there now. Raises Trouble when it cannot be said."""


async def deliver(send: Send, batch: Sequence[Chosen], *, is_over: Callable[[], bool]) -> Settled:
    """Send the batch in its order until all of it is settled, trouble comes, or the time `is_over`.

    Sending again what was accepted changes nothing there: equal statements are passed over (Communication 2.1.2).
    """
    waiting = [batch] if batch else []
    accepted, refused = 0, list[Refused]()
    while waiting and not is_over():
        part = waiting.pop()
        try:
            refusal = await send(part)
        except Trouble as trouble:
            return Settled(accepted + len(refused), refused, trouble)
        if refusal is None:
            accepted += len(part)
        elif len(part) == 1:
            refused.append(Refused(part[0], refusal))
            if len(refused) >= REFUSES_ALL_AFTER and not accepted:
                return Settled(0, (), Trouble(f"The other record store refuses every statement. {refusal.error}"))
        else:
            middle = len(part) // 2
            waiting += [part[middle:], part[:middle]]
    return Settled(accepted + len(refused), refused)
