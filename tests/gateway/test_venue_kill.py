"""kill -9 under load, many times in a row: what was acknowledged stands, once, for clients, books and the audit."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from tests.gateway.fix_client import Fields, FixClient
from tests.gateway.reports import Reports
from tests.gateway.venue_process import VenueProcess, open_directory, running

KILLS = 20
PIECES = 15
ORDERS = 10
"""In one life of the venue each client sends so many pieces of so many orders, if it lives to receive them."""

COUNTS = """
select (select count(*) from event), (select max(sequence) from event), (select count(*) from command),
    (select max(number) from command), (select count(*) from message), (select count(distinct record) from message)
"""


@pytest.fixture
def venue() -> Iterator[VenueProcess]:
    """A venue of its own, PostgreSQL included."""
    with open_directory() as path, running(path / "var") as process:
        yield process


def rows(venue: VenueProcess, query: str) -> list[Any]:
    """What PostgreSQL answers once it has all that the journal holds."""

    def is_complete() -> bool:
        status = venue.ask("status")
        return bool(status["postgres"]["commands"] == status["journal"]["commands"])

    async def fetch() -> list[Any]:
        connection = await asyncpg.connect(venue.ask("status")["postgres"]["dsn"])
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    venue.wait_until(is_complete, "PostgreSQL catches up")
    return asyncio.run(fetch())


def pieces(client: FixClient, draw: random.Random, life: int) -> list[tuple[FixClient, bytes]]:
    """What a client has to say in one life of the venue, a few orders at a time."""
    return [
        (client, b"".join(order(client, draw, f"{client.comp_id}-{life}-{piece}-{n}") for n in range(ORDERS)))
        for piece in range(PIECES)
    ]


def order(client: FixClient, draw: random.Random, name: str) -> bytes:
    """An order near the reference price, of any kind."""
    price = Decimal(15_000 + draw.randrange(-5, 6)) / 100
    side, time_in_force = draw.choice(("buy", "sell")), draw.choice("0134")
    return client.order(name, side, draw.randrange(1, 100), price, tag_59=time_in_force)


def live(venue: VenueProcess, clients: list[FixClient], draw: random.Random, life: int) -> None:
    """Send, kill the venue on the way, start it again; some clients read what had left it, others lose it."""
    batches = [
        piece for pair in zip(*(pieces(client, draw, life) for client in clients), strict=True) for piece in pair
    ]
    kill_at = draw.randrange(len(batches))
    for at, (client, data) in enumerate(batches):
        try:
            client.write(data)
        except ConnectionError:
            assert at > kill_at
        if at == kill_at:
            venue.kill()
    venue.start()
    for client in clients:
        if draw.random() < 0.5:
            assert client.is_cut_off()
        client.hang_up()


def test_twenty_kills_under_load_lose_nothing_and_double_nothing(venue: VenueProcess, seed: int) -> None:
    """SES-22, AUD-02, AUD-03: two clients send on and on; whatever the moment of the kill, each order is answered
    once, each report comes once (Reports checks ExecIDs and every order's arithmetic), and the audit has it once.
    """
    draw = random.Random(seed)
    reports = Reports()
    clients = [FixClient(venue.port, name, reports) for name in ("ALICE", "BOB")]
    for life in range(KILLS):
        connect(clients)
        live(venue, clients, draw, life)
    connect(clients)
    for client in clients:
        client.hang_up()
    told = [message for client in clients for message in client.messages.values() if message[35] == "8"]
    check_answers(clients, told)
    check_books(venue, reports)
    check_audit(venue, told)


def connect(clients: list[FixClient]) -> None:
    """Log on without ResetSeqNumFlag(141), get what was missed, and give what the venue missed.

    Twice, because what one gives again trades with what the others have.
    """
    for client in clients:
        client.log_on()
    for client in clients * 2:
        client.recover()


def check_answers(clients: list[FixClient], told: list[Fields]) -> None:
    """Every order is accepted or refused, once."""
    first = Counter(message[11] for message in told if message[150] in ("0", "8"))
    sent = [
        f"{client.comp_id}-{life}-{piece}-{n}"
        for client in clients
        for life, piece, n in itertools.product(range(KILLS), range(PIECES), range(ORDERS))
    ]
    assert first == dict.fromkeys(sent, 1)


def check_books(venue: VenueProcess, reports: Reports) -> None:
    """What clients believe to be open is open, no less and no more."""
    believed = {order_id: report[151] for order_id, report in reports.orders.items() if report[39] in ("0", "1")}
    listed = venue.ask("orders", limit=10_000)["orders"]
    assert {row["order_id"]: row["leaves"] for row in listed} == believed


def check_audit(venue: VenueProcess, told: list[Fields]) -> None:
    """Each command, event and message once, without a gap; and the fills are the clients'."""
    journal = venue.ask("status")["journal"]
    events, commands = journal["events"], journal["commands"]
    [counts] = rows(venue, COUNTS)
    assert counts[:4] == (events, events, commands, commands)
    assert counts[4] == counts[5]
    fills = {m[17]: (m[11], Decimal(m[32]), Decimal(m[31])) for m in told if m[150] == "F"}
    audited = rows(venue, "select exec_id, cl_ord_id, quantity, price from fills")
    assert {str(exec_id): tuple(rest) for exec_id, *rest in audited} == fills
    assert len(audited) == len(fills) > KILLS
