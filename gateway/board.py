"""Who wants to know how trading stands, and what each was told last: answers to e and g, and every change after them.

Subscriptions live as long as their session's connection. A change of phase is told with the turn that brought it, an
indicative price when the clock ticks and it is another than the last one told (PHA-05, AUC-10).
"""

from __future__ import annotations

from engine.auction import NO_TRADE, Indication
from engine.book import Book
from engine.codes import CALLS, HALTED, TRADING, VOLATILITY_AUCTION
from engine.events import Event, InstrumentChanged
from engine.exchange import Exchange
from engine.uncross import indicate
from fix.message import Message
from fix.statuses import (
    HALT_REASONS,
    NEW_PRICE_INDICATION,
    OTHER,
    RESUMED,
    SESSION_ID,
    STATUSES,
    SUBSCRIBE,
    UNKNOWN_SESSION,
    UNSUBSCRIBE,
    Request,
    Standing,
    market_status,
    read,
    write_security_refusal,
    write_security_status,
    write_session_refusal,
    write_session_status,
)
from fix.writer import Writer
from gateway.peer import Peer

SUBSCRIPTIONS_MAX = 1_000
SECURITY, SESSION = b"f", b"h"


class Board:
    """Answers and tells over the sessions; whoever was told has something to write at the end of the turn."""

    def __init__(self, exchange: Exchange, writer: Writer) -> None:
        self._exchange = exchange
        self._writer = writer
        self._wanted: dict[int, dict[tuple[bytes, bytes], tuple[Peer, int]]] = {}  # by session: (g or e, id) -> symbol
        self._told_phase: dict[int, int] = {}
        self._told_indication: dict[int, Indication] = {}
        self._told_market = 0

    def forget(self, peer: Peer) -> None:
        """Its connection is gone, and its subscriptions with it."""
        self._wanted.pop(peer.number, None)

    def subscriptions(self, peer: Peer) -> int:
        """How many a session has."""
        return len(self._wanted.get(peer.number, ()))

    # -- answers ------------------------------------------------------------------------------------------------------

    def answer(self, peer: Peer, message: Message, now_ns: int) -> bytes:
        """The answer's MsgType, its body in the writer; empty: an unsubscription is not answered."""
        request = read(message)
        return self._security(peer, request, now_ns) if request.msg_type == b"e" else self._session(peer, request)

    def _security(self, peer: Peer, request: Request, now_ns: int) -> bytes:
        number = next((n for n in self._numbers() if self._book(n).instrument.symbol == request.symbol), 0)
        fault = b"Symbol(55) is not traded here" if number == 0 else self._subscribe(peer, request, number)
        if fault:
            write_security_refusal(self._writer, request, fault, now_ns)
            return SECURITY
        if request.subscription == UNSUBSCRIBE:
            return b""
        self._write(request.request_id, self._standing(number), False, now_ns)
        return SECURITY

    def _session(self, peer: Peer, request: Request) -> bytes:
        if request.symbol not in (b"", SESSION_ID):
            write_session_refusal(self._writer, request, UNKNOWN_SESSION, b"TradingSessionID(336) must be DAY")
            return SESSION
        fault = self._subscribe(peer, request, 0)
        if fault:
            write_session_refusal(self._writer, request, OTHER, fault)
            return SESSION
        if request.subscription == UNSUBSCRIBE:
            return b""
        write_session_status(self._writer, request.request_id, self._market(), False)
        return SESSION

    def _subscribe(self, peer: Peer, request: Request, number: int) -> bytes:
        """Note or drop a subscription; what is wrong with that, if anything is."""
        mine = self._wanted.setdefault(peer.number, {})
        key = request.msg_type, request.request_id
        if request.subscription == UNSUBSCRIBE:
            return b"" if mine.pop(key, None) else b"no such subscription"
        if request.subscription == SUBSCRIBE:
            if len(mine) >= SUBSCRIPTIONS_MAX and key not in mine:
                return b"too many subscriptions"
            mine[key] = peer, number
            self._told_phase.setdefault(number, self._book(number).instrument.state if number else 0)
            self._told_market = self._told_market or self._market()
        return b""

    # -- changes ------------------------------------------------------------------------------------------------------

    def tell(self, event: Event, now_ns: int) -> list[Peer]:
        """Tell the subscribers of a change of phase; those who were told."""
        if not isinstance(event, InstrumentChanged):
            return []
        number = event.instrument
        before = self._told_phase.get(number)
        if before == event.state:
            return []
        self._told_phase[number] = event.state
        standing = self._standing(number)
        if event.state == TRADING and before in (HALTED, VOLATILITY_AUCTION):
            standing = Standing(standing.instrument, RESUMED)
        told = self._spread(standing, number, now_ns)
        market = self._market()
        if market != self._told_market:
            self._told_market = market
            told += self._spread_market(market, now_ns)
        return told

    def tick(self, now_ns: int) -> list[Peer]:
        """Tell the subscribers of indicative prices that have changed; those who were told."""
        told = []
        for number in {number: None for mine in self._wanted.values() for _, number in mine.values() if number}:
            standing = self._standing(number)
            if standing.indication == self._told_indication.get(number, NO_TRADE):
                continue
            self._told_indication[number] = standing.indication
            if standing.instrument.state in CALLS:
                status = NEW_PRICE_INDICATION if standing.status != STATUSES[CALLS[0]] else standing.status
                told += self._spread(Standing(standing.instrument, status, 0, standing.indication), number, now_ns)
        return told

    def _spread(self, standing: Standing, number: int, now_ns: int) -> list[Peer]:
        told = []
        for mine in self._wanted.values():
            for (msg_type, request_id), (peer, wanted) in mine.items():
                if msg_type == b"e" and wanted == number:
                    self._write(request_id, standing, True, now_ns)
                    peer.session.send(SECURITY, now_ns)
                    told.append(peer)
        return told

    def _spread_market(self, market: int, now_ns: int) -> list[Peer]:
        told = []
        for mine in self._wanted.values():
            for (msg_type, request_id), (peer, _) in mine.items():
                if msg_type == b"g":
                    write_session_status(self._writer, request_id, market, True)
                    peer.session.send(SESSION, now_ns)
                    told.append(peer)
        return told

    # -- how it stands ------------------------------------------------------------------------------------------------

    def _write(self, request_id: bytes, standing: Standing, unsolicited: bool, now_ns: int) -> None:
        last_ticks = self._book(standing.instrument.number).last_ticks
        write_security_status(self._writer, request_id, standing, unsolicited, now_ns, last_ticks)

    def _standing(self, number: int) -> Standing:
        book = self._book(number)
        state = book.instrument.state
        indication = indicate(book) if state in CALLS else NO_TRADE
        halt_reason = HALT_REASONS.get(book.call.reason, 0) if state == HALTED else 0
        return Standing(book.instrument, STATUSES[state], halt_reason, indication)

    def _market(self) -> int:
        return market_status([self._book(number).instrument.state for number in self._numbers()])

    def _numbers(self) -> range:
        return range(1, len(self._exchange.books))

    def _book(self, number: int) -> Book:
        book = self._exchange.book(number)
        assert book is not None
        return book
