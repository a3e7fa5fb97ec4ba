"""Plays a scenario into the pure core: FIX text to command, command to events, events to reports."""

from __future__ import annotations

from engine.choices import SetOrderChoices
from engine.codes import LIMIT, NS_PER_MS, SELL, STP_CANCEL_NEWEST, STP_DECREMENT
from engine.commands import (
    CancelOrders,
    Command,
    DefineInstrument,
    EndDay,
    EnterOrder,
    ExpireOrders,
    HaltInstrument,
    RegisterSession,
    ResumeInstrument,
)
from engine.events import OrderEvent
from engine.exchange import Exchange
from engine.reasons import CANCELED_BY_OPERATOR, OPERATOR_HALT
from engine.trade_commands import CorrectTrade
from fix.orders import Orders
from fix.parser import Parser
from fix.reports import Reports
from fix.writer import Writer
from risk.gate import RiskGate
from tests.fix.line import DICTIONARY, START_NS, frame, stamp
from tests.gateway import reports
from tests.model.checker import Checker
from tests.scenarios.table import Fields

CLIENT, OTHER = 1, 2
SYMBOL = "CORE"


class CorePlayer:
    """Session 1 is the client, which may decrement its self-trades; session 2 whom it trades with. `choices` are the
    venue's.
    """

    def __init__(self, decrements: bool, choices: SetOrderChoices | None = None) -> None:
        self._now_ns = START_NS
        self._exchange = Exchange(RiskGate())
        self._checker = Checker()
        self._reports = reports.Reports()
        self._writer = Writer()
        self._parser = Parser(DICTIONARY)
        self._orders = Orders()
        self._out = Reports(4)
        self._came: list[Fields] = []
        self._count = 0
        self._trades: dict[int, list[OrderEvent]] = {}
        mode = STP_DECREMENT if decrements else STP_CANCEL_NEWEST
        self._execute(DefineInstrument(1, SYMBOL.encode(), 2, 1, 0, 1, 100, 10_000))
        self._execute(RegisterSession(CLIENT, b"CLIENT", 1, b"CLIENT", mode))
        self._execute(RegisterSession(OTHER, b"OTHER", 2, b"OTHER"))
        if choices is not None:
            self._execute(choices)
        book = self._exchange.books[1]
        assert book is not None
        self._orders.instruments[SYMBOL.encode()] = book.instrument
        self._out.instruments.append(book.instrument)

    def send(self, messages: list[tuple[str, Fields]]) -> None:
        """What the client says, through the parser."""
        for msg_type, fields in messages:
            header = {35: msg_type, 34: "1", 49: "CLIENT", 56: "OUTCRY", 52: stamp(self._now_ns)}
            if 97 in fields:
                header[97] = fields[97]
            body = {tag: value for tag, value in fields.items() if tag != 97}
            self._parser.parse(frame("|".join(f"{tag}={value}" for tag, value in (header | body).items())), 0)
            message = self._parser.message
            assert message.problem_text == "", message.problem_text
            command = self._orders.translate(message, CLIENT, self._now_ns)
            assert command is not None
            self._execute(command)

    def receive(self) -> Fields:
        """The next report to the client."""
        return self._came.pop(0)

    def counter(self, lots: str, rests: bool) -> None:
        """The other sells at 100.00; what does not trade stays only if it `rests`."""
        self._count += 1
        order = EnterOrder(OTHER, b"%d" % self._count, 1, SELL, int(lots), 10_000, LIMIT, ord("0" if rests else "3"))
        order.time_ns = self._now_ns
        self._execute(order)

    def operate(self, what: str) -> None:
        """What the operator or the calendar does."""
        match what:
            case "halt":
                self._execute(HaltInstrument(1, OPERATOR_HALT, b"op", b"why", time_ns=self._now_ns))
            case "resume":
                self._execute(ResumeInstrument(1, b"op", b"why", self._now_ns))
            case "cancel":
                self._execute(CancelOrders(CLIENT, 1, CANCELED_BY_OPERATOR, b"op", b"why", self._now_ns))
            case "wait":
                self._now_ns += self._exchange.choices.pending_ms * NS_PER_MS
                self._execute(ExpireOrders(b"clock", b"tick", self._now_ns))
            case _:
                self._execute(EndDay(20260102, b"clock", b"close", self._now_ns))

    def correct(self, trade: str, lots: str, price: str) -> None:
        """What the operator does to a trade."""
        buy, sell = sorted(self._trades[int(trade)], key=lambda event: event.session)
        whose = [(side.session, side.cl_ord_id, side.order_id, side.sequence) for side in (buy, sell)]
        now = (int(lots), int(price.replace(".", ""))) if lots else (0, 0)
        traded = buy.last_lots, buy.last_ticks
        self._execute(CorrectTrade(int(trade), 1, *whose[0], *whose[1], *traded, *now, b"op", b"why", self._now_ns))

    def _execute(self, command: Command) -> None:
        events = self._exchange.execute(command)
        self._checker.see(events)
        for event in events:
            if isinstance(event, OrderEvent) and event.match:
                self._trades.setdefault(event.match, []).append(event)
            msg_type = self._out.write(event, self._writer)
            if not msg_type:
                continue
            data = self._writer.frame(msg_type, 1, b"OUTCRY", b"CLIENT", self._now_ns)
            pairs = (field.split("=", 1) for field in data.decode().split("\x01")[:-1])
            message = {int(tag): value for tag, value in pairs}
            if isinstance(event, OrderEvent):
                self._reports.see(message)
            if getattr(event, "session", 0) == CLIENT:
                self._came.append(message)
