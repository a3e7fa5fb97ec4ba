"""Who may not enter orders, and whose return is awaited: the kill switch and cancel on disconnect (KIL-01, KIL-03)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine.codes import CANCEL_ON_FAILURE, GTC, GTD
from engine.mass import cancel_all
from engine.participant import Participant
from engine.reasons import CANCELED_ON_DISCONNECT, CANCELED_ON_FAILURE, KILLED
from engine.safeguard_commands import (
    BY_FIRM,
    BY_MARKET,
    BY_SESSION,
    BY_USER,
    AwaitReturn,
    CancelOnDisconnect,
    CancelOnFailure,
    ChangePassword,
    Kill,
    NoteReturn,
    Unkill,
)

if TYPE_CHECKING:
    from engine.exchange import Exchange
    from engine.order import Order


class Safeguards:
    """`kills` in force by scope and name (`key_of`); by number of session `absences`, whose return is awaited, and
    `passwords`, the last one each has chosen.
    """

    __slots__ = ("absences", "kills", "passwords")

    def __init__(self) -> None:
        self.kills: dict[bytes, Kill] = {}
        self.absences: dict[int, AwaitReturn] = {}
        self.passwords: dict[int, ChangePassword] = {}

    def mark(self, participant: Participant) -> None:
        """Say in the participant whether it is blocked."""
        participant.blocked = any(covers(kill, participant) for kill in self.kills.values())


def key_of(scope: int, name: bytes) -> bytes:
    """Under what a Kill stands in `kills`."""
    return b"%d %b" % (scope, name)


def covers(kill: Kill, participant: Participant) -> bool:
    """Whether a participant is in the scope of a Kill."""
    names = {BY_MARKET: b"", BY_FIRM: participant.firm_name, BY_USER: participant.user, BY_SESSION: participant.comp_id}
    return names[kill.scope] == kill.name


def kill(exchange: Exchange, command: Kill) -> None:
    """One command blocks and cancels: no order can come in between."""
    exchange.safeguards.kills[key_of(command.scope, command.name)] = command
    killed = _marked(exchange, command)
    cancel_all(exchange, [order for order in exchange.open_orders(0, 0, 0) if order.session in killed], KILLED)


def unkill(exchange: Exchange, command: Unkill) -> None:
    """What was not killed stays as it was."""
    lifted = exchange.safeguards.kills.pop(key_of(command.scope, command.name), None)
    if lifted is not None:
        _marked(exchange, lifted)


def await_return(exchange: Exchange, command: AwaitReturn) -> None:
    """Only remembered: it is part of what a restart brings back."""
    exchange.safeguards.absences[command.session] = command


def note_return(exchange: Exchange, command: NoteReturn) -> None:
    """Its orders stay."""
    exchange.safeguards.absences.pop(command.session, None)


def cancel_on_disconnect(exchange: Exchange, command: CancelOnDisconnect) -> None:
    """The reports wait in the sessions' stores until they are asked for (KIL-04)."""
    exchange.safeguards.absences.pop(command.session, None)
    orders = exchange.open_orders(0 if command.firm else command.session, 0, 0)
    spared = (GTC, GTD) if command.spares_gtc else ()
    ended = [o for o in orders if command.firm in (0, o.firm) and o.time_in_force not in spared]
    cancel_all(exchange, ended, CANCELED_ON_DISCONNECT)


def cancel_on_failure(exchange: Exchange, command: CancelOnFailure) -> None:
    """The reports wait as those of KIL-04 do."""
    cancel_all(exchange, not_to_outlive_the_venue(exchange), CANCELED_ON_FAILURE)


def not_to_outlive_the_venue(exchange: Exchange) -> list[Order]:
    """The open orders with ExecInst(18)=Q."""
    return [order for order in exchange.open_orders(0, 0, 0) if order.exec_inst & CANCEL_ON_FAILURE]


def change_password(exchange: Exchange, command: ChangePassword) -> None:
    """The shell asks for it at the next Logon."""
    exchange.safeguards.passwords[command.session] = command


def _marked(exchange: Exchange, command: Kill) -> dict[int, bool]:
    """The numbers of all in scope, after their marks have been brought up to date."""
    found = {}
    for participant in exchange.participants[1:]:
        assert participant is not None
        if covers(command, participant):
            exchange.safeguards.mark(participant)
            found[participant.number] = True
    return found


HANDLERS: dict[type, Callable[[Exchange, Any], None]] = {
    Kill: kill,
    Unkill: unkill,
    AwaitReturn: await_return,
    NoteReturn: note_return,
    CancelOnDisconnect: cancel_on_disconnect,
    CancelOnFailure: cancel_on_failure,
    ChangePassword: change_password,
}
