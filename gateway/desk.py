"""The operators' desk: what they may see of the running venue, and their actions as commands, answered once durable."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from importlib.metadata import version

from engine import book as hot
from engine.book import Book, Ladder
from engine.codes import (
    AT_THE_CLOSE,
    AT_THE_OPENING,
    BUY,
    DAY,
    FOK,
    GTC,
    GTD,
    HALTED,
    IOC,
    LIMIT,
    MARKET,
    MARKET_TO_LIMIT,
    OPEN_STATUS_NAMES,
    PHASE_NAMES,
    POST_ONLY,
    SELL,
    STOP,
    STOP_LIMIT,
)
from engine.commands import CancelOrders, HaltInstrument, ResumeInstrument, SetLimits
from engine.instrument import Instrument
from engine.order import Order, Terms
from engine.phase_commands import SetPhase
from engine.reasons import CANCELED_BY_OPERATOR, OPERATOR_HALT, REFUSALS
from engine.safeguard_commands import BY_FIRM, BY_MARKET, BY_SESSION, BY_USER, Kill, Unkill
from engine.safeguards import key_of
from engine.trade_commands import CorrectTrade
from fix.reports import decimal_text
from gateway import operations
from gateway.operations import (
    Database,
    Done,
    InstrumentRow,
    KillRow,
    KillScope,
    LevelRow,
    LimitRow,
    OrderRow,
    PhaseRow,
    Recovery,
    SessionRow,
    Status,
)
from gateway.peer import Peer
from gateway.phase_desk import indicative, phase_row, set_phase
from gateway.problems import SettingsError
from gateway.snapshotter import Snapshotter
from gateway.trade_desk import TradeDesk
from gateway.venue import Venue

NAMES = {
    "side": {BUY: "buy", SELL: "sell"},
    "type": {
        LIMIT: "limit",
        MARKET: "market",
        STOP: "stop",
        STOP_LIMIT: "stop limit",
        MARKET_TO_LIMIT: "market to limit",
    },
    "time_in_force": {
        DAY: "day",
        GTC: "good till cancel",
        AT_THE_OPENING: "at the opening",
        IOC: "immediate or cancel",
        FOK: "fill or kill",
        GTD: "good till date",
        AT_THE_CLOSE: "at the close",
    },
    "status": OPEN_STATUS_NAMES,
    "state": PHASE_NAMES,
}
SCOPES: dict[KillScope, int] = {"market": BY_MARKET, "firm": BY_FIRM, "user": BY_USER, "session": BY_SESSION}
NS_PER_S = 1_000_000_000


class Desk:
    """operations.Venue over a gateway.venue.Venue; `database` says how far the audit trail is, `port` where FIX
    listens, `snapshotter` which snapshot is the newest.
    """

    def __init__(self, venue: Venue, port: int, database: Callable[[], Database], snapshotter: Snapshotter) -> None:
        self._venue = venue
        self._port = port
        self._database = database
        self._snapshotter = snapshotter
        self.trades = TradeDesk(venue, self._act)

    def status(self) -> Status:
        """The venue at a glance."""
        venue = self._venue
        settings = venue.settings
        return {
            "comp_id": settings.venue.comp_id,
            "version": version("openoutcry"),
            "pid": os.getpid(),
            "compiled": is_compiled(),
            "ack_policy": settings.venue.ack_policy,
            "data_dir": str(settings.venue.data_dir.resolve()),
            "started_ns": venue.started_ns,
            "now_ns": venue.clock.now_ns(),
            "fix": {"host": settings.fix.host, "port": self._port},
            "postgres": self._database(),
            "journal": {
                "commands": venue.exchange.tape.command,
                "events": venue.exchange.tape.event,
                "records": venue.journal.number,
                "bytes": venue.journal.position,
            },
            "recovery": self._recovery(),
            "cancel_only": REFUSALS[reason].text if (reason := venue.entry_reason) else "",
            "sessions_connected": sum(peer.connection is not None for peer in venue.peers),
            "orders_open": sum(self._open_orders(peer) for peer in venue.peers),
            "kills": [_kill_row(kill) for kill in venue.exchange.safeguards.kills.values()],
            "instruments": [instrument_row(book) for book in venue.books()],
        }

    def _recovery(self) -> Recovery:
        venue = self._venue
        restored = venue.start.snapshot if venue.start else None
        newest = self._snapshotter.newest()
        return {
            "restored": restored.command if restored else 0,
            "replayed": venue.replayed,
            "snapshot": newest.command if newest else 0,
            "snapshot_ns": newest.time_ns if newest else None,
            "state_hash": newest.state_hash if newest else None,
            "fault": self._snapshotter.fault,
        }

    def sessions(self) -> list[SessionRow]:
        """Every CompID ever registered, connected or not."""
        return [_session_row(peer, self._open_orders(peer)) for peer in self._venue.peers]

    def _open_orders(self, peer: Peer) -> int:
        """As the risk gate counts them."""
        quota = self._venue.gate.quotas[peer.number]
        assert quota is not None
        return int(quota.open_orders)

    def book(self, symbol: str, depth: int) -> operations.Book:
        """At most `depth` levels a side."""
        book = self._venue.books()[self._venue.instrument(symbol).number - 1]
        return {
            "symbol": symbol,
            "state": NAMES["state"][book.instrument.state],
            "last": price_text(book.instrument, book.last_ticks),
            "indicative": indicative(book),
            "bids": level_rows(book.instrument, book.bids, depth),
            "asks": level_rows(book.instrument, book.asks, depth),
        }

    def orders(self, session: str | None, symbol: str | None, count_max: int) -> list[OrderRow]:
        """Open orders, oldest first; None does not filter."""
        number = self._peer_number(session)
        books = self._venue.books()
        if symbol is not None:
            books = [books[self._venue.instrument(symbol).number - 1]]
        found = [order for book in books for order in book.orders() if number in (0, order.session)]
        found.sort(key=lambda order: order.order_id)
        peers = self._venue.peers
        return [
            order_row(order, peers[order.session - 1].comp_id.decode("latin-1"), self._venue.firm_name(order.firm))
            for order in found[:count_max]
        ]

    def limits(self) -> list[LimitRow]:
        """The limits in force."""
        return [self._limit_row(command) for command in self._venue.gate.limits.rows.values()]

    async def halt(self, symbol: str | None, why: str, who: str) -> Done:
        """Stop trading in a symbol, or in all; `symbols` are those that were not halted."""
        halted = [instrument for instrument in self._asked(symbol) if instrument.state != HALTED]
        commands = [
            HaltInstrument(instrument.number, OPERATOR_HALT, who.encode(), why.encode(), time_ns=self._now_ns())
            for instrument in halted
        ]
        return await self._act(commands, halted)

    async def resume(self, symbol: str | None, why: str, who: str) -> Done:
        """Let trading go on in a symbol, or in all, through a call; `symbols` are those that were halted."""
        resumed = [instrument for instrument in self._asked(symbol) if instrument.state == HALTED]
        commands = [
            ResumeInstrument(instrument.number, who.encode(), why.encode(), time_ns=self._now_ns())
            for instrument in resumed
        ]
        return await self._act(commands, resumed)

    def phases(self) -> list[PhaseRow]:
        """The phase of every symbol."""
        return [phase_row(book) for book in self._venue.books()]

    async def set_phase(self, symbol: str | None, phase: str, length_s: int, why: str, who: str) -> Done:
        """Put a symbol, or all, into a phase at once; a call lasts `length_s`, 0: until it is changed."""
        on = self._asked(symbol)
        return await self._act(set_phase(on, phase, length_s, why, who, self._now_ns()), on)

    async def cancel_orders(self, session: str | None, symbol: str | None, why: str, who: str) -> Done:
        """Cancel open orders of a session, in a symbol, both, or (None, None) all."""
        instruments = [] if symbol is None else [self._venue.instrument(symbol)]
        number = instruments[0].number if instruments else 0
        command = CancelOrders(
            self._peer_number(session), number, CANCELED_BY_OPERATOR, who.encode(), why.encode(), self._now_ns()
        )
        return await self._act([command], instruments)

    async def kill(self, scope: KillScope, name: str, why: str, who: str) -> Done:
        """Block new orders and cancel all open ones, in one command (KIL-01)."""
        self._refuse_unknown(scope, name)
        return await self._act([Kill(SCOPES[scope], name.encode(), who.encode(), why.encode(), self._now_ns())], [])

    async def unkill(self, scope: KillScope, name: str, why: str, who: str) -> Done:
        """Allow new orders again; SettingsError where nothing was blocked."""
        if key_of(SCOPES[scope], name.encode()) not in self._venue.exchange.safeguards.kills:
            raise SettingsError([f"{scope}{f' {name}' if name else ''} is not blocked"])
        return await self._act([Unkill(SCOPES[scope], name.encode(), who.encode(), why.encode(), self._now_ns())], [])

    def _refuse_unknown(self, scope: KillScope, name: str) -> None:
        """A name mistyped in an emergency must not look as if it had helped."""
        venue = self._venue
        listed = venue.settings.fix.sessions
        peers = venue.peers
        known = {
            "market": [b""],
            "session": [*(s.comp_id.encode() for s in listed), *(peer.comp_id for peer in peers)],
            "firm": [*(s.firm_name.encode() for s in listed), *(peer.firm_name for peer in peers)],
            "user": [(s.username or "").encode() for s in listed],
        }
        if name.encode() not in known[scope]:
            raise SettingsError([f"no {scope} {name} is known here"])

    async def _act(
        self,
        commands: list[CancelOrders]
        | list[HaltInstrument]
        | list[ResumeInstrument]
        | list[SetPhase]
        | list[Kill]
        | list[Unkill]
        | list[CorrectTrade],
        on: list[Instrument],
    ) -> Done:
        """Execute, and answer when the turn has become durable."""
        dispatcher = self._venue.dispatcher
        durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        events = sum(dispatcher.execute(command, command.time_ns) for command in commands)

        def settle() -> None:
            if not durable.done():
                durable.set_result(None)

        dispatcher.waiting.append(settle)
        dispatcher.begin_turn()
        await durable
        return {
            "command": self._venue.exchange.tape.command,
            "symbols": [instrument.symbol.decode() for instrument in on],
            "orders": events if commands and isinstance(commands[0], CancelOrders | Kill) else 0,
        }

    def _asked(self, symbol: str | None) -> list[Instrument]:
        return [book.instrument for book in self._venue.books()] if symbol is None else [self._venue.instrument(symbol)]

    def _peer_number(self, session: str | None) -> int:
        if session is None:
            return 0
        peer = self._venue.peer(session)
        if peer is None:
            raise SettingsError([f"no session {session} has ever logged on"])
        return peer.number

    def _now_ns(self) -> int:
        return self._venue.clock.now_ns()

    def _limit_row(self, limits: SetLimits) -> LimitRow:
        venue = self._venue
        money = venue.settings.venue.money_decimals
        instrument = venue.books()[limits.instrument - 1].instrument if limits.instrument else None
        return {
            "firm": venue.firm_name(limits.firm) if limits.firm else None,
            "symbol": instrument.symbol.decode() if instrument else None,
            "version": limits.version,
            "order_quantity": quantity_text(instrument, limits.order_quantity_lots) if instrument else None,
            "order_notional": _positive(limits.order_notional, money),
            "collar_percent": _positive(limits.collar_bp, 2),
            "position_quantity": quantity_text(instrument, limits.position_lots) if instrument else None,
            "gross_notional": _positive(limits.gross_notional, money),
            "net_notional": _positive(limits.net_notional, money),
            "move_percent": _positive(limits.move_bp, 2),
            "window_s": limits.window_ns // NS_PER_S or None,
        }


def is_compiled() -> bool:
    """Whether the hot modules run compiled."""
    return not hot.__file__.endswith(".py")


def price_text(instrument: Instrument, ticks: int) -> str | None:
    """A price as a decimal; None for no price."""
    return decimal_text(ticks * instrument.tick_units, instrument.price_scale) if ticks else None


def quantity_text(instrument: Instrument, lots: int) -> str:
    """A quantity as a decimal."""
    return decimal_text(lots * instrument.lot_units, instrument.quantity_scale)


def _positive(units: int, scale: int) -> str | None:
    return decimal_text(units, scale) if units else None


def order_row(order: Order, session: str, firm: str) -> OrderRow:
    """An open order; `session` and `firm` are the names of its owners."""
    instrument = order.instrument
    terms = order.terms or Terms()
    return {
        "order_id": str(order.order_id),
        "cl_ord_id": order.cl_ord_id.decode("latin-1"),
        "session": session,
        "firm": firm,
        "symbol": instrument.symbol.decode(),
        "side": NAMES["side"][order.side],
        "type": NAMES["type"][order.ord_type],
        "time_in_force": NAMES["time_in_force"][order.time_in_force],
        "status": NAMES["status"][order.status],
        "price": price_text(instrument, order.price_ticks),
        "quantity": quantity_text(instrument, order.quantity_lots),
        "filled": quantity_text(instrument, order.cum_lots),
        "leaves": quantity_text(instrument, order.leaves_lots),
        "stop_price": price_text(instrument, terms.stop_ticks),
        "display_quantity": quantity_text(instrument, terms.display_lots) if terms.display_lots else None,
        "post_only": bool(order.exec_inst & POST_ONLY),
        "expires_ns": terms.expire_ns or None,
    }


def level_rows(instrument: Instrument, ladder: Ladder, depth: int) -> list[LevelRow]:
    """The best levels of a side, best first."""
    return [
        {"price": price_text(instrument, ticks) or "", "quantity": quantity_text(instrument, lots), "orders": count}
        for ticks, lots, count in ladder.depth(depth)
    ]


def instrument_row(book: Book) -> InstrumentRow:
    """How a symbol stands."""
    instrument = book.instrument
    bids = level_rows(instrument, book.bids, 1)
    asks = level_rows(instrument, book.asks, 1)
    return {
        "symbol": instrument.symbol.decode(),
        "state": NAMES["state"][instrument.state],
        "reference": price_text(instrument, instrument.reference_ticks) or "",
        "last": price_text(instrument, book.last_ticks),
        "bid": bids[0]["price"] if bids else None,
        "bid_quantity": bids[0]["quantity"] if bids else None,
        "ask": asks[0]["price"] if asks else None,
        "ask_quantity": asks[0]["quantity"] if asks else None,
        "orders": len(book.orders()),
    }


def _kill_row(kill: Kill) -> KillRow:
    scope = next(name for name, number in SCOPES.items() if number == kill.scope)
    words = (kill.name.decode("latin-1"), kill.time_ns, kill.who.decode(), kill.why.decode())
    return {"scope": scope, "name": words[0], "since_ns": words[1], "who": words[2], "why": words[3]}


def _session_row(peer: Peer, orders_open: int) -> SessionRow:
    connection = peer.connection
    state = peer.session.state
    return {
        "number": peer.number,
        "comp_id": peer.comp_id.decode("latin-1"),
        "firm": peer.firm_name.decode("latin-1"),
        "connected": connection is not None,
        "peer": connection.address() if connection else None,
        "since_ns": peer.connected_ns if connection else None,
        "next_in": state.next_in,
        "next_out": state.next_out,
        "orders_open": orders_open,
        "outbound_bytes": connection.outbound_bytes() if connection else 0,
    }
