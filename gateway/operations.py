"""What an operator may ask of the running venue, and the shapes of its answers as they travel over the control port.

Prices and quantities are decimal strings in the instrument's units, notionals decimal strings in money, times ns UTC.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, NotRequired, Protocol, TypedDict


class Listener(TypedDict):
    """Where FIX clients connect."""

    host: str
    port: int


class Database(TypedDict):
    """Where the audit trail is and how far it is: `commands` and `records` of the journal's stand in it.

    `written_ns` is when the last of them was written, `fault` why it does not go on ("" while it does), `chain` the
    SHA-256 of its last block, in hexadecimal.

    `psql` is the command line that opens it; it and `dsn` may hold a password, which the control port's owner may know.
    """

    dsn: str
    psql: str
    embedded: bool
    commands: int
    records: int
    written_ns: int
    fault: str
    chain: str


class JournalState(TypedDict):
    """How far the venue is: numbers of the last command, event and record, and the journal's size on disk."""

    commands: int
    events: int
    records: int
    bytes: int


class Recovery(TypedDict):
    """How the venue came up, and from where it would: commands restored from a snapshot and then replayed; the newest
    snapshot's command, time and state hash (0, None: there is none), and what was wrong with the last attempt at one.
    """

    restored: int
    replayed: int
    snapshot: int
    snapshot_ns: int | None
    state_hash: str | None
    fault: str


class InstrumentRow(TypedDict):
    """How one symbol stands; `state` is its phase, None is no such price."""

    symbol: str
    state: str
    reference: str
    last: str | None
    bid: str | None
    bid_quantity: str | None
    ask: str | None
    ask_quantity: str | None
    orders: int


KillScope = Literal["market", "firm", "user", "session"]


class KillRow(TypedDict):
    """A kill in force: whose order entry is blocked (`name` is empty for the market), since when, by whom and why."""

    scope: KillScope
    name: str
    since_ns: int
    who: str
    why: str


class Status(TypedDict):
    """The venue at a glance; `cancel_only` says why no new orders are let in, if so."""

    comp_id: str
    version: str
    pid: int
    compiled: bool
    ack_policy: str
    data_dir: str
    started_ns: int
    now_ns: int
    fix: Listener
    postgres: Database
    journal: JournalState
    recovery: Recovery
    cancel_only: str
    sessions_connected: int
    orders_open: int
    kills: list[KillRow]
    instruments: list[InstrumentRow]


class SessionRow(TypedDict):
    """One CompID the venue knows; `number` is what the journal calls it, `next_in` and `next_out` are the numbers that
    its next messages will bear.
    """

    number: int
    comp_id: str
    firm: str
    connected: bool
    peer: str | None
    since_ns: int | None
    next_in: int
    next_out: int
    orders_open: int
    outbound_bytes: int


class LevelRow(TypedDict):
    """One price of a book."""

    price: str
    quantity: str
    orders: int


class Indicative(TypedDict):
    """What a call would give if it ended now: its price, what trades, and on which side (None: neither) how much does
    not.
    """

    price: str
    quantity: str
    imbalance_side: str | None
    imbalance: str


class PhaseRow(TypedDict):
    """The phase of a symbol; `until_ns` (None: none) and `next` are when it ends by itself and what comes then."""

    symbol: str
    phase: str
    until_ns: int | None
    next: str | None
    indicative: Indicative | None


class Book(TypedDict):
    """Both sides of a symbol, best first, and its phase; in a call what it would give."""

    symbol: str
    state: str
    last: str | None
    indicative: Indicative | None
    bids: list[LevelRow]
    asks: list[LevelRow]


class OrderRow(TypedDict):
    """One open order; `side`, `type`, `time_in_force` and `status` are FIX's names in lower case."""

    order_id: str
    cl_ord_id: str
    session: str
    firm: str
    symbol: str
    side: str
    type: str
    time_in_force: str
    status: str
    price: str | None
    quantity: str
    filled: str
    leaves: str
    stop_price: str | None
    display_quantity: str | None
    post_only: bool
    expires_ns: int | None
    entered_ns: NotRequired[int]


class LimitRow(TypedDict):
    """The limits of a firm (None: every firm without its own) in a symbol (None: across all); None is no limit here."""

    firm: str | None
    symbol: str | None
    version: int
    order_quantity: str | None
    order_notional: str | None
    collar_percent: str | None
    position_quantity: str | None
    gross_notional: str | None
    net_notional: str | None
    move_percent: str | None
    window_s: int | None


class Done(TypedDict):
    """What an operator's action did: the number of its last command, the symbols concerned, the orders ended."""

    command: int
    symbols: list[str]
    orders: int


class Corrected(TypedDict):
    """What a trade is now: quantity 0 without a price if it is busted."""

    trade: int
    symbol: str
    buyer: str
    seller: str
    quantity: str
    price: str | None


class Trades(Protocol):
    """What may be done to trades of the day; SettingsError for what cannot be."""

    async def bust(self, match: int, why: str, who: str) -> Corrected:
        """Take a trade back: it never was."""

    async def correct(
        self, match: int, quantity: Decimal | None, price: Decimal | None, why: str, who: str
    ) -> Corrected:
        """Give a trade another quantity or price, None: what it has now."""


class Venue(Protocol):
    """The running venue. Whatever an operator asks that cannot be raises SettingsError with one line that says why.

    Queries answer from the state between two commands. Actions return when their commands are durable: `who` is the
    unix user, `why` the operator's reason; both stand in the audit (PHA-06).
    """

    @property
    def trades(self) -> Trades:
        """What may be done to trades."""

    def status(self) -> Status:
        """The venue at a glance."""

    def sessions(self) -> list[SessionRow]:
        """Every CompID ever registered, connected or not."""

    def book(self, symbol: str, depth: int) -> Book:
        """At most `depth` levels a side."""

    def orders(self, session: str | None, symbol: str | None, count_max: int) -> list[OrderRow]:
        """Open orders, oldest first; None does not filter."""

    def limits(self) -> list[LimitRow]:
        """The limits in force."""

    def phases(self) -> list[PhaseRow]:
        """The phase of every symbol."""

    async def set_phase(self, symbol: str | None, phase: str, length_s: int, why: str, who: str) -> Done:
        """Put a symbol, or all, into a phase at once; a call lasts `length_s`, 0: until it is changed."""

    async def halt(self, symbol: str | None, why: str, who: str) -> Done:
        """Stop trading in a symbol, or in all; `symbols` are those that were trading."""

    async def resume(self, symbol: str | None, why: str, who: str) -> Done:
        """Let trading go on in a symbol, or in all; `symbols` are those that were halted."""

    async def cancel_orders(self, session: str | None, symbol: str | None, why: str, who: str) -> Done:
        """Cancel open orders of a session, in a symbol, both, or (None, None) all."""

    async def kill(self, scope: KillScope, name: str, why: str, who: str) -> Done:
        """Block new orders of a firm, user or session, or of the market, and cancel all its open orders (KIL-01)."""

    async def unkill(self, scope: KillScope, name: str, why: str, who: str) -> Done:
        """Allow new orders again."""
