"""The kill switch and cancel on disconnect of the naive exchange (KIL-01, KIL-03)."""

from typing import TYPE_CHECKING

from engine import codes, reasons
from engine.safeguard_commands import AwaitReturn, CancelOnDisconnect, Kill, NoteReturn, Unkill

if TYPE_CHECKING:
    from tests.model.naive_exchange import NaiveExchange


def kill(model: "NaiveExchange", command: Kill) -> None:
    model.killed[command.scope, command.name] = True
    for order in model.open():
        if command.name == names_of(model, order.session)[command.scope]:
            model.end(order, codes.CANCELED, reasons.KILLED)


def unkill(model: "NaiveExchange", command: Unkill) -> None:
    model.killed.pop((command.scope, command.name), None)


def names_of(model: "NaiveExchange", session: int) -> tuple[bytes, bytes, bytes, bytes]:
    """By what a session is killed: as a part of the market, by its firm, its user, its CompID."""
    row = model.sessions[session - 1]
    return b"", row.firm_name, row.user, row.comp_id


def is_blocked(model: "NaiveExchange", session: int) -> bool:
    return any(model.killed.get(scoped) for scoped in enumerate(names_of(model, session)))


def note(_model: "NaiveExchange", _command: AwaitReturn | NoteReturn) -> None:
    """Nothing happens yet."""


def cancel_on_disconnect(model: "NaiveExchange", command: CancelOnDisconnect) -> None:
    for order in model.open():
        gone = order.firm == command.firm if command.firm else order.session == command.session
        if gone and not (command.spares_gtc and order.tif in (codes.GTC, codes.GTD)):
            model.end(order, codes.CANCELED, reasons.CANCELED_ON_DISCONNECT)
