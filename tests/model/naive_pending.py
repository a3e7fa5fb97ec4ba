"""Requests of the naive exchange that are put off: told as pending, and obeyed when their time has come (CXR-04)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine import codes, commands, reasons
from tests.model.naive_order import NaiveOrder
from tests.model.naive_phases import halt

if TYPE_CHECKING:
    from tests.model.naive_exchange import NaiveExchange

Request = commands.CancelOrder | commands.ReplaceOrder
PUT_OFF = -1


@dataclass
class Waiting:
    due: int
    order: NaiveOrder
    command: Request


class Queue:
    """Those that wait, and the order of the one that has waited and is carried out."""

    def __init__(self) -> None:
        self.waiting: list[Waiting] = []
        self.turn: NaiveOrder | None = None


def put_off(model: "NaiveExchange", order: NaiveOrder, command: Request) -> int:
    """PUT_OFF, or why the request is refused, or 0 where it is obeyed at once."""
    if model.pending.turn or not model.choices.pending_ms:
        return 0
    if pending(model, order) and model.choices.pending_second_refused:
        return reasons.REQUEST_PENDING
    model.pending.waiting.append(Waiting(model.time_ns + model.choices.pending_ms * 1_000_000, order, command))
    model.names[command.session, command.cl_ord_id] = order
    model.say(kind_of(command), order, name=command.cl_ord_id, orig=order.name)
    return PUT_OFF


def kind_of(command: Request) -> int:
    return codes.PENDING_CANCEL if isinstance(command, commands.CancelOrder) else codes.PENDING_REPLACE


def pending(model: "NaiveExchange", order: NaiveOrder) -> list[int]:
    """What is pending of an order."""
    return [kind_of(waiting.command) for waiting in model.pending.waiting if waiting.order is order]


def told_status(model: "NaiveExchange", order: NaiveOrder) -> int:
    """How it stands, or that something is pending of it, which precedes all but an end nobody asked for (ORD-04)."""
    kinds = pending(model, order)
    if not kinds or order.status in (codes.CANCELED, codes.EXPIRED, codes.DONE_FOR_DAY):
        return order.status
    return codes.PENDING_CANCEL if codes.PENDING_CANCEL in kinds else codes.PENDING_REPLACE


def orig_of(model: "NaiveExchange", command: Request, order: NaiveOrder | None) -> bytes:
    """What a refusal says the order is called: its name, where requests that are pending may be cited (CXR-03)."""
    return command.orig_cl_ord_id if order is None or not model.choices.pending_ms else order.name


def is_pending(model: "NaiveExchange", session: int, name: bytes) -> bool:
    """Whether a request of this name waits."""
    return any((w.command.session, w.command.cl_ord_id) == (session, name) for w in model.pending.waiting)


def carry_out(model: "NaiveExchange", until: int | None) -> None:
    """Obey what is due by a time, or all, in turn; what breaks the circuit halts at once."""
    while model.pending.waiting and (until is None or model.pending.waiting[0].due <= until):
        waiting = model.pending.waiting.pop(0)
        command, order = waiting.command, waiting.order
        if model.names.get((command.session, command.cl_ord_id)) is order:
            model.names[command.session, command.cl_ord_id] = None
        asked_ns, command.time_ns = command.time_ns, model.time_ns
        model.pending.turn = order
        if isinstance(command, commands.CancelOrder):
            model.cancel(command)
        else:
            model.replace(command)
        command.time_ns, model.prices, model.pending.turn = asked_ns, [], None
        for instrument, price, reference in model.gate.called_for():
            why = (b"breaker", b"")
            halt(model, commands.HaltInstrument(instrument, reasons.BREAKER_HALT, *why, price, reference))
