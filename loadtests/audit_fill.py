"""Fills a PostgreSQL with the audit of one trading day as the real engine, journal and projection make it.

Eight clients of four firms trade four symbols that wander: limit orders near the price, cancels, replaces, icebergs,
immediate orders, some beyond their limits and some so far away that they stay. Messages are what the venue would have
received and sent. `python -m loadtests.audit_fill --events 10000000 --directory DIR` keeps journal and server in DIR.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections import deque
from pathlib import Path
from random import Random

import asyncpg

from engine.codes import BUY, IOC, LIMIT, MARKET, SELL
from engine.commands import CancelOrder, Command, DefineInstrument, EnterOrder, RegisterSession, ReplaceOrder, SetLimits
from engine.events import OrderEvent, RequestRejected
from engine.exchange import Exchange
from engine.order import Terms
from fix.reports import Reports
from fix.writer import Writer
from loadtests.wire import frame
from persistence.embedded import Embedded
from persistence.journal import Journal
from persistence.kinds import LOGGED_ON, NUMBERS
from persistence.projection import Progress, project
from risk.gate import RiskGate

SYMBOLS = (b"AAPL", b"GOOGL", b"MSFT", b"TSLA")
CLIENTS = 8
REFERENCE_TICKS = 15_000
STEP_NS = 4_000_000  # between two requests: some seven million fill eight hours
TURN = 20  # requests a durable write
KEPT = 2_000  # names a client still knows to cancel
STARTED_NS = 1_790_060_400_000_000_000  # a Tuesday, 07:00 UTC
TOLD_EVENTS = 1_000_000


class TradingDay:
    """The exchange, its journal, and what its clients do next."""

    def __init__(self, directory: Path, seed: int) -> None:
        self.random = Random(seed)
        self.exchange = Exchange(RiskGate())
        self.journal = Journal(directory, "os")
        assert list(self.journal.recorded()) == [], "the directory holds a journal already"
        self.reports = Reports(4)
        self.writer = Writer()
        self.now_ns = STARTED_NS
        self.next_in = [1] * (CLIENTS + 1)
        self.next_out = [1] * (CLIENTS + 1)
        self.names: list[deque[tuple[bytes, int, int]]] = [deque() for _ in range(CLIENTS + 1)]
        self.price = [REFERENCE_TICKS] * (len(SYMBOLS) + 1)
        self.count = 0
        self.waiting: list[OrderEvent | RequestRejected] = []
        self._open()

    def _open(self) -> None:
        now_ns = self.now_ns
        for number, symbol in enumerate(SYMBOLS, 1):
            self.execute(DefineInstrument(number, symbol, 2, 1, 0, 1, 1, REFERENCE_TICKS, time_ns=now_ns))
            self.execute(SetLimits(1, 0, number, 950, collar_bp=5_000, who=b"settings", why=b"start", time_ns=now_ns))
        self.reports.instruments[1:] = [book.instrument for book in self.exchange.books[1:] if book is not None]
        for number in range(1, CLIENTS + 1):
            firm = (number + 1) // 2
            self.execute(
                RegisterSession(number, b"CLIENT%d" % number, firm, b"FIRM%d" % firm, self_trade=0, time_ns=now_ns)
            )
            self.journal.session(number, LOGGED_ON, 1, 1, now_ns)
        self.journal.commit(now_ns)

    def execute(self, command: Command | None) -> None:
        """Run a command, journal it and its events, and answer as the venue would."""
        journal, exchange = self.journal, self.exchange
        while command is not None:
            events = exchange.execute(command)
            journal.command(exchange.tape.command, command)
            for event in events:
                journal.event(event)
                if isinstance(event, OrderEvent | RequestRejected):
                    self.waiting.append(event)
            command = exchange.follow_up()

    def turn(self) -> None:
        """Some requests, and the durable write that makes them so."""
        self.waiting = []
        for _ in range(TURN):
            self.now_ns += STEP_NS
            session = self.random.randrange(1, CLIENTS + 1)
            command = self.request(session)
            self.journal.inbound(session, self.next_in[session], self.now_ns, self.raw(session, command))
            self.next_in[session] += 1
            self.execute(command)
        self.answer()
        self.journal.commit(self.now_ns)

    def answer(self) -> None:
        """The reports, numbered and framed, and the numbers as they stand."""
        for event in self.waiting:
            session = event.session
            msg_type = self.reports.write(event, self.writer)
            body = b"35=%b\x0134=%d\x0149=OUTCRY\x0156=CLIENT%d\x0137=%d\x0117=%d\x0111=%b\x01" % (
                msg_type, self.next_out[session], session, event.order_id, event.sequence, event.cl_ord_id,
            )  # fmt: skip
            self.journal.outbound(session, self.next_out[session], self.now_ns, frame(body))
            self.next_out[session] += 1
        for session in range(1, CLIENTS + 1):
            numbers = self.next_in[session], self.next_out[session]
            self.journal.session(session, NUMBERS, *numbers, self.now_ns)

    def raw(self, session: int, command: Command) -> bytes:
        """The message that the command would have come in."""
        assert isinstance(command, EnterOrder | CancelOrder | ReplaceOrder)
        kind = {EnterOrder: b"D", CancelOrder: b"F", ReplaceOrder: b"G"}[type(command)]
        body = b"35=%b\x0134=%d\x0149=CLIENT%d\x0156=OUTCRY\x0111=%b\x0155=%b\x0154=%c\x01" % (
            kind, self.next_in[session], session, command.cl_ord_id, SYMBOLS[command.instrument - 1], command.side,
        )  # fmt: skip
        if not isinstance(command, CancelOrder):
            body += b"38=%d\x0144=%d.%02d\x01" % (command.quantity_lots, *divmod(command.price_ticks, 100))
        return frame(body)

    def request(self, session: int) -> Command:
        """What a client does next."""
        draw = self.random.random()
        names = self.names[session]
        if len(names) > KEPT or (draw < 0.35 and names):
            name, instrument, side = names.popleft() if len(names) > KEPT else names.pop()
            self.count += 1
            if draw < 0.07:
                lots = self.random.randrange(1, 400)
                fresh = b"R%d" % self.count
                names.append((fresh, instrument, side))
                ticks = self.ticks(instrument, side, 6)
                return ReplaceOrder(session, fresh, name, instrument, side, lots, ticks, time_ns=self.now_ns)
            return CancelOrder(session, b"C%d" % self.count, name, instrument, side, time_ns=self.now_ns)
        return self.order(session, draw)

    def order(self, session: int, draw: float) -> Command:
        """A new order of some kind."""
        random = self.random
        self.count += 1
        instrument = 1 + self.count % len(SYMBOLS)
        if random.random() < 0.002:
            self.price[instrument] = min(max(self.price[instrument] + random.choice((-1, 1)), 12_000), 18_000)
        side = BUY if random.random() < 0.5 else SELL
        name = b"O%d" % self.count
        lots = 1 + int(random.random() * 300)
        far = 400 if draw > 0.9995 else 8
        order = EnterOrder(
            session, name, instrument, side, lots, self.ticks(instrument, side, far), LIMIT, time_ns=self.now_ns
        )
        if draw > 0.98:
            order.quantity_lots = 1_000 if far == 8 else lots
        elif draw > 0.96:
            order.ord_type, order.price_ticks = MARKET, 0
        elif draw > 0.93:
            order.time_in_force = IOC
        elif draw > 0.90:
            order.terms = Terms(display_lots=max(lots // 5, 1))
        if far == 8:
            self.names[session].append((name, instrument, side))
        return order

    def ticks(self, instrument: int, side: int, far: int) -> int:
        """A price around the symbol's: two ticks beyond it to so many away."""
        away = int(self.random.random() * far) - 2
        return self.price[instrument] + (-away if side == BUY else away)


def trade(directory: Path, events: int, seed: int) -> int:
    """Write the journal of so many events; its records."""
    day = TradingDay(directory, seed)
    begun, told = time.monotonic(), TOLD_EVENTS
    while day.exchange.tape.event < events:
        day.turn()
        if day.exchange.tape.event >= told:
            print(f"{told:,} events, {told / (time.monotonic() - begun):,.0f} a second", flush=True)
            told += TOLD_EVENTS
    records = day.journal.number
    day.journal.close()
    print(f"{records:,} records in {time.monotonic() - begun:,.0f} s, {directory}", flush=True)
    return records


async def fill(dsn: str, journal: Path) -> float:
    """Project it all; records a second."""
    progress, ending = Progress(), asyncio.Event()
    ending.set()
    begun = time.monotonic()
    task = asyncio.create_task(project(dsn, journal, progress, ending, drain_s=1e9))
    while not (await asyncio.wait([task], timeout=10.0))[0]:
        print(f"{progress.record:,} records in PostgreSQL", flush=True)
    task.result()
    taken = time.monotonic() - begun
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetchval(
        "select (select count(*) from command) + (select count(*) from event) + (select count(*) from message)"
    )
    print(f"{rows:,} rows in {taken:,.0f} s: {rows / taken:,.0f} rows/s, {taken / rows * 1e6:.2f} us a row", flush=True)
    for name, table, index in await connection.fetch(SIZES):
        print(f"{name}: {table}, indexes {index}")
    await connection.close()
    return float(rows / taken)


SIZES = """
select split_part(relname, '_20', 1), pg_size_pretty(sum(pg_table_size(oid))), pg_size_pretty(sum(pg_indexes_size(oid)))
from pg_class where relkind = 'r' and relispartition or relname in ('open_order', 'tally') group by 1
having sum(pg_total_relation_size(oid)) > 1000000 order by 1
"""


def main() -> None:
    """Trade, then project."""
    parser = argparse.ArgumentParser(prog="loadtests.audit_fill", description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    journal = given.directory / "journal"
    if not journal.exists():
        trade(journal, given.events, given.seed)
    with Embedded(given.directory / "postgres", settings=SERVER) as server:
        asyncio.run(fill(server.dsn, journal))


# What a server that holds ten million events should have; the venue's own keeps PostgreSQL's defaults.
SERVER = {"shared_buffers": "1GB", "max_wal_size": "8GB", "checkpoint_timeout": "15min"}

if __name__ == "__main__":
    main()
