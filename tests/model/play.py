"""A small venue to play with: commands in few words in, events as short lines out, and the checker sees every event."""

from typing import Any

from engine.choices import SetOrderChoices
from engine.codes import BUY, DAY, LIMIT, MARKET, MASS_ALL, MASS_SYMBOL, SELL, STP_CANCEL_NEWEST
from engine.commands import (
    CancelOrder,
    Command,
    DefineInstrument,
    EndDay,
    EnterOrder,
    ExpireOrders,
    HaltInstrument,
    MassCancel,
    RegisterSession,
    ReplaceOrder,
    RequestMassStatus,
    RequestStatus,
    ResumeInstrument,
)
from engine.events import Event, OrderEvent
from engine.exchange import Exchange
from engine.gate import Gate, OpenGate
from engine.order import Order, Terms
from engine.phase_commands import AdvancePhase, SetPhase, SetTradingRules
from engine.reasons import OPERATOR_HALT
from tests.model.checker import Checker
from tests.model.notation import show

SIDES = {"buy": BUY, "sell": SELL}


class Play:
    """An exchange with `instruments` at reference 100 and `sessions` that are each a firm of their own."""

    def __init__(
        self,
        gate: Gate | None = None,
        sessions: int = 3,
        instruments: int = 2,
        firms: int = 3,
        tick_value: int = 1,
        self_trade: int = STP_CANCEL_NEWEST,
        slides: bool = False,
    ) -> None:
        self.exchange = Exchange(gate or OpenGate())
        self.checker = Checker()
        self.events: list[Event] = []
        self.sides: dict[bytes, int] = {}
        self.time_ns = 0
        for number in range(1, instruments + 1):
            self.run(DefineInstrument(number, b"S%d" % number, 2, 1, 0, 1, tick_value, 100))
        for number in range(1, sessions + 1):
            firm = (number - 1) % firms + 1
            self.run(RegisterSession(number, b"C%d" % number, firm, b"F%d" % firm, self_trade, int(slides)))

    def choose(self, **choices: int) -> None:
        """Make choices that are not the usual ones."""
        assert self.run(SetOrderChoices(**choices)) == []  # type: ignore[arg-type]

    def run(self, command: Command) -> list[str]:
        """Execute a command, and what it calls for; show what happened."""
        following: Command | None = command
        self.events = []
        while following is not None:
            events = self.exchange.execute(following)
            self.checker.see(events)
            self.events += events
            following = self.exchange.follow_up()
        return [show(event) for event in self.events]

    def enter(
        self,
        cl_ord_id: str,
        side: str,
        lots: int,
        ticks: int | None,
        session: int = 1,
        instrument: int = 1,
        time_in_force: int = DAY,
        poss_resend: bool = False,
        defect: int = 0,
        ord_type: int = 0,
        exec_inst: int = 0,
        **terms: int,
    ) -> list[str]:
        """A new order; `ticks` None is a market order unless `ord_type` says otherwise."""
        name = cl_ord_id.encode()
        self.sides[name] = SIDES[side]
        command = EnterOrder(session, name, instrument, SIDES[side], lots, ticks or 0)
        command.ord_type = ord_type or (MARKET if ticks is None else LIMIT)
        command.exec_inst = exec_inst
        command.terms = Terms(**terms) if terms else None
        command.time_in_force = time_in_force
        command.poss_resend = poss_resend
        command.defect = defect
        command.time_ns = self.time_ns
        return self.run(command)

    def buy(self, cl_ord_id: str, lots: int, ticks: int | None, session: int = 1, **more: int) -> list[str]:
        """A new buy order."""
        return self.enter(cl_ord_id, "buy", lots, ticks, session, **more)  # type: ignore[arg-type]

    def sell(self, cl_ord_id: str, lots: int, ticks: int | None, session: int = 2, **more: int) -> list[str]:
        """A new sell order, of session 2 so that it may meet a buy."""
        return self.enter(cl_ord_id, "sell", lots, ticks, session, **more)  # type: ignore[arg-type]

    def cancel(self, cl_ord_id: str, orig: str, session: int = 1, instrument: int = 1, order_id: int = 0) -> list[str]:
        """A cancel of the order last entered as `orig`."""
        side = self.sides.get(orig.encode(), BUY)
        names = cl_ord_id.encode(), orig.encode()
        return self.run(CancelOrder(session, *names, instrument, side, order_id, time_ns=self.time_ns))

    def replace(
        self,
        cl_ord_id: str,
        orig: str,
        lots: int,
        ticks: int,
        session: int = 1,
        instrument: int = 1,
        time_in_force: int = DAY,
        side: str = "",
        defect: int = 0,
        ord_type: int = LIMIT,
        exec_inst: int = 0,
        **terms: int,
    ) -> list[str]:
        """A replace of the order last entered as `orig`, by new total quantity and price."""
        name = cl_ord_id.encode()
        known = self.sides.get(orig.encode(), BUY)
        self.sides.setdefault(name, known)
        command = ReplaceOrder(session, name, orig.encode(), instrument, SIDES.get(side, known), lots, ticks)
        command.time_in_force = time_in_force
        command.defect = defect
        command.ord_type = ord_type
        command.exec_inst = exec_inst
        command.terms = Terms(**terms) if terms else None
        command.time_ns = self.time_ns
        return self.run(command)

    def mass_cancel(self, cl_ord_id: str, session: int = 1, instrument: int = 0, side: int = 0) -> list[str]:
        """A mass cancel of one symbol, or of all."""
        request_type = MASS_SYMBOL if instrument else MASS_ALL
        return self.run(MassCancel(session, cl_ord_id.encode(), request_type, instrument, b"", side))

    def status(self, cl_ord_id: str, session: int = 1, instrument: int = 1, side: int = BUY) -> list[str]:
        """How an order stands."""
        return self.run(RequestStatus(session, cl_ord_id.encode(), instrument, side))

    def mass_status(self, session: int = 1, instrument: int = 0, side: int = 0) -> list[str]:
        """How the open orders of a symbol, or all, stand."""
        request_type = MASS_SYMBOL if instrument else MASS_ALL
        return self.run(RequestMassStatus(session, b"ask", request_type, instrument, b"", side))

    def halt(self, instrument: int = 1) -> list[str]:
        """An operator halts an instrument."""
        return self.run(HaltInstrument(instrument, OPERATOR_HALT, b"op", b"why"))

    def resume(self, instrument: int = 1) -> list[str]:
        """An operator lets trading go on."""
        return self.run(ResumeInstrument(instrument, b"op", b"why", self.time_ns))

    def phase(self, phase: int, instrument: int = 1, length_ns: int = 0, scheduled_ns: int = 0) -> list[str]:
        """The calendar (at `scheduled_ns`) or an operator puts an instrument into a phase."""
        return self.run(SetPhase(instrument, phase, b"op", b"why", length_ns, scheduled_ns, self.time_ns))

    def advance(self, time_ns: int, instrument: int = 1) -> list[str]:
        """It is this time, and what should end by now ends."""
        self.time_ns = time_ns
        return self.run(AdvancePhase(instrument, b"clock", b"over", time_ns))

    def trading_rules(self, **rules: Any) -> list[str]:
        """Other rules of phases and auctions."""
        return self.run(SetTradingRules(**rules))

    def end_day(self, day: int = 20260102) -> list[str]:
        """The trading day ends."""
        return self.run(EndDay(day, b"clock", b"close"))

    def at(self, time_ns: int) -> list[str]:
        """The clock shows this time."""
        self.time_ns = time_ns
        return self.run(ExpireOrders(b"clock", b"tick", time_ns))

    def order(self, cl_ord_id: str, session: int = 1) -> Order:
        """The order that a session knows by this ClOrdID."""
        participant = self.exchange.participants[session]
        assert participant is not None
        order = participant.orders.get(cl_ord_id.encode())
        assert order is not None
        return order

    def order_events(self) -> list[OrderEvent]:
        """The last command's events about orders."""
        return [event for event in self.events if isinstance(event, OrderEvent)]

    def depth(self, instrument: int = 1) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """(price, lots) of all bid and ask levels, best first."""
        book = self.exchange.books[instrument]
        assert book is not None
        bids, asks = book.bids.depth(1_000), book.asks.depth(1_000)
        return [level[:2] for level in bids], [level[:2] for level in asks]
