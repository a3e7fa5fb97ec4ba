"""Cancels and replaces that are told as pending and carried out later: the delay that a venue may choose.

Fills come meanwhile, and are told of the version there is, with the pending state as OrdStatus(39) (ORD-04, ORD-07,
ORD-08). What waits reserves nothing: it is checked when it comes, which is information, and again when it is carried
out, in its turn, as if it had come only then. So what is in force never depends on what may yet be refused, and a
request finds what a venue without the delay would show it at that moment. Two things differ: a request is about the
order that it found when it came, and is not asked again whether its own name is free.

What is due is carried out before the next command does anything, as good-till-date orders expire, and after those. A
day does not end, nor are other choices made, before all of it has been.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.codes import NS_PER_MS, PENDING_CANCEL, PENDING_REPLACE, TO_CANCEL, TO_REPLACE
from engine.commands import CancelOrder, HaltInstrument, ReplaceOrder
from engine.expiry import NEVER_NS, expire_due
from engine.order import Order, filled_status
from engine.phase import halt_instrument
from engine.reasons import NO_REASON, REQUEST_PENDING, TOO_LATE, UNKNOWN_ORDER

if TYPE_CHECKING:
    from engine.exchange import Exchange

PENDING_MAX = 10_000
"""How many requests may wait; another is carried out at once, or refused if the order has one that waits."""

Request = CancelOrder | ReplaceOrder


@dataclass(slots=True)
class Waiting:
    """A request about an order and when it is due."""

    due_ns: int
    order: Order
    command: Request


class Pending:
    """Requests in the order in which they came and are due; by session and name, those that have not had their turn;
    by order, how many of them are cancels and how many replaces.
    """

    __slots__ = ("cancels", "names", "queue", "replaces")

    def __init__(self) -> None:
        self.queue: deque[Waiting] = deque()
        self.names: dict[tuple[int, bytes], Waiting] = {}
        self.cancels: dict[int, int] = {}
        self.replaces: dict[int, int] = {}

    def next_ns(self) -> int:
        """When the first is due."""
        return self.queue[0].due_ns if self.queue else NEVER_NS

    def holds(self, session: int, cl_ord_id: bytes) -> bool:
        """Whether this is the name of a request that is pending."""
        return (session, cl_ord_id) in self.names

    def add(self, waiting: Waiting) -> None:
        """One more, the last."""
        command = waiting.command
        counts = self._counts(command)
        counts[waiting.order.order_id] = counts.get(waiting.order.order_id, 0) + 1
        self.names[command.session, command.cl_ord_id] = waiting
        self.queue.append(waiting)

    def pop(self) -> Waiting:
        """The first, whose turn it is."""
        waiting = self.queue.popleft()
        key = (waiting.command.session, waiting.command.cl_ord_id)
        if self.names.get(key) is waiting:
            del self.names[key]
        counts, number = self._counts(waiting.command), waiting.order.order_id
        counts[number] -= 1
        if counts[number] == 0:
            del counts[number]
        return waiting

    def status(self, order: Order) -> int:
        """OrdStatus(39) of an order that has not ended unasked (ORD-04)."""
        if order.order_id in self.cancels:
            return PENDING_CANCEL
        return PENDING_REPLACE if order.order_id in self.replaces else filled_status(order)

    def _counts(self, command: Request) -> dict[int, int]:
        return self.cancels if isinstance(command, CancelOrder) else self.replaces


def put_off(exchange: Exchange, order: Order, command: Request) -> bool:
    """Whether a request that has passed its checks is not carried out now: it waits, and is told so, or it is refused
    because of another that does (CXR-04).
    """
    choices, pending, tape = exchange.choices, exchange.pending, exchange.tape
    if not choices.pending_ms:
        return False
    kind, to = (PENDING_CANCEL, TO_CANCEL) if isinstance(command, CancelOrder) else (PENDING_REPLACE, TO_REPLACE)
    is_full = len(pending.queue) >= PENDING_MAX
    if order.status in (PENDING_CANCEL, PENDING_REPLACE) and (choices.pending_second_refused or is_full):
        whose = (command.session, command.instrument, command.symbol)
        tape.refused(to, order, REQUEST_PENDING, *whose, command.cl_ord_id, order.cl_ord_id)
        return True
    if is_full:
        return False
    pending.add(Waiting(tape.time_ns + choices.pending_ms * NS_PER_MS, order, _copy(command)))
    exchange.participant(command.session).orders.put(command.cl_ord_id, order)
    order.status = pending.status(order)
    event = tape.order(order, kind, NO_REASON)
    event.cl_ord_id = command.cl_ord_id
    event.orig_cl_ord_id = order.cl_ord_id
    note_next_due(exchange)
    return True


def last_name(exchange: Exchange, order: Order | None, cited: bytes) -> bytes:
    """OrigClOrdID(41) of a refusal: where requests are pending their names are cited too, but told is the last accepted
    one (CXR-03).
    """
    return order.cl_ord_id if order is not None and exchange.choices.pending_ms else cited


def _copy(command: Request) -> Request:
    """The same request, which its sender does not hold."""
    copied = type(command).__new__(type(command))
    for name in type(command).__slots__:
        setattr(copied, name, getattr(command, name))
    return copied


def note_next_due(exchange: Exchange) -> None:
    """Say in the exchange when it must look again."""
    exchange.next_expiry_ns = min(exchange.expiries.next_ns(), exchange.pending.next_ns())


def let_pass(exchange: Exchange) -> None:
    """What is due by the running command's time happens before the command does anything."""
    expire_due(exchange)
    while exchange.pending.next_ns() <= exchange.tape.time_ns:
        _carry_out_first(exchange)
    note_next_due(exchange)


def after_what_is_pending(obey: Callable[[Exchange, Any], None]) -> Callable[[Exchange, Any], None]:
    """How a command is obeyed before which all that is pending is carried out, due or not."""

    def obey_after(exchange: Exchange, command: Any) -> None:
        while exchange.pending.queue:
            _carry_out_first(exchange)
        note_next_due(exchange)
        obey(exchange, command)

    return obey_after


def _carry_out_first(exchange: Exchange) -> None:
    """Carry out or refuse the request whose turn it is, and let risk see that, and halt what its trades call for."""
    waiting = exchange.pending.pop()
    order, command = waiting.order, waiting.command
    if order.status in (PENDING_CANCEL, PENDING_REPLACE):
        order.status = exchange.pending.status(order)
    names = exchange.participant(command.session).orders
    if names.get(command.cl_ord_id) is order:
        names.put(command.cl_ord_id, None)
    is_named = command.orig_cl_ord_id == order.cl_ord_id or exchange.choices.names_chained
    reason = NO_REASON if is_named else UNKNOWN_ORDER if order.leaves_lots > 0 else TOO_LATE
    command.time_ns = exchange.tape.time_ns
    if isinstance(command, CancelOrder):
        exchange.cancel(command, order, reason, False)
    else:
        exchange.replace(command, order, reason, False)
    exchange.observe()
    while (follows := exchange.follow_up()) is not None:
        assert isinstance(follows, HaltInstrument), "a halt is all that a trade calls for"
        halt_instrument(exchange, follows)
        exchange.observe()
