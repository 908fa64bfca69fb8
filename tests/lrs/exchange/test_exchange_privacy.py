from msgspec import json

from lrs import Account, Selection, forwarding_refusals_of, pull_refusals_of
from lrs.exchange.exchange_privacy import forget_in_exchange
from tests.lrs.exchange_world import ExchangeWorld
from tests.lrs.makers import AYGUN, DAVIT, FIRST, SECOND, THIRD, make_statement
from tests.lrs.other_store import Answer
from tests.lrs.service import IRI

KEY = "mbox::mailto:aygun@example.org"
PSEUDONYM = Account(home_page=IRI, name="8a5e0b6c")


async def test_filters_name_the_pseudonym_and_what_was_refused_tells_nothing_more(world: ExchangeWorld) -> None:
    world.other.keep({"id": FIRST, "actor": AYGUN}, {"id": SECOND, "actor": DAVIT})
    pull_id = await world.pulls(filters={"agent": json.encode(AYGUN).decode()})
    await world.settle()
    await world.stored(make_statement(id=THIRD), make_statement())
    world.other.instead = lambda asked: (
        Answer(400, b"no: mailto:aygun@example.org") if THIRD.encode() in asked.body else None
    )
    forwarding_id = await world.forwards(Selection(agent=KEY))
    await world.settle()

    await world.db.write(forget_in_exchange, {KEY, "account::https://lms.example.org::dav"}, PSEUDONYM)
    assert (await world.forwarding()).selection == Selection(agent=f"account::{IRI}::8a5e0b6c")
    assert json.decode((await world.pull()).filters["agent"])["account"]["name"] == "8a5e0b6c"
    (kept,) = await world.db.read(pull_refusals_of, pull_id)
    assert json.decode(kept.raw)["id"] == SECOND
    (refusal,) = await world.db.read(forwarding_refusals_of, forwarding_id)
    assert refusal.error == "(The answer named somebody.)"
    await world.db.write(forget_in_exchange, {"account::https://lms.example.org::davit"}, PSEUDONYM)
    assert await world.db.read(pull_refusals_of, pull_id) == []
