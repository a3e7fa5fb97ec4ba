"""Application messages from clients become commands: exact decimals to integer ticks and lots, never rounded (VAL-05,
VAL-06).

A business fault found on the way travels in the command as its `defect`, so that the exchange answers it in its place.
"""

from __future__ import annotations

import cython

from engine.codes import (
    ALL_OR_NONE,
    CANCEL_ON_FAILURE,
    CANCEL_ON_HALT,
    DAY,
    LIMIT,
    MARKET,
    MARKET_TO_LIMIT,
    POST_ONLY,
    STAY_IN_HALT,
    STOP,
    STOP_LIMIT,
)
from engine.commands import CancelOrder, Command, EnterOrder, MassCancel, ReplaceOrder, RequestMassStatus, RequestStatus
from engine.instrument import Instrument
from engine.order import Terms
from engine.reasons import (
    BAD_IDENTIFIER,
    BAD_SELF_MATCH_ID,
    DISPLAY_OUT_OF_RANGE,
    MIN_QUANTITY_OUT_OF_RANGE,
    NO_REASON,
    PRICE_MISSING,
    PRICE_NOT_ALLOWED,
    PRICE_NOT_POSITIVE,
    PRICE_OFF_TICK,
    PRICE_TOO_LARGE,
    QUANTITY_MISSING,
    QUANTITY_NOT_POSITIVE,
    QUANTITY_OFF_LOT,
    QUANTITY_TOO_LARGE,
    STALE,
    STOP_PRICE_OUT_OF_RANGE,
)
from fix.kinds import ABSENT, INEXACT, OUT_OF_RANGE
from fix.message import Message

IDENTIFIER_BYTES_MAX = 64
EXEC_INST_BITS = {b"6": POST_ONLY, b"G": ALL_OR_NONE, b"J": STAY_IN_HALT, b"K": CANCEL_ON_HALT, b"Q": CANCEL_ON_FAILURE}
UNKNOWN_INSTRUCTION = 128
NOT_AN_ORDER_ID = -1
IMPOSSIBLE = -1
DAY_S = 86_400
NS_PER_S = 1_000_000_000


@cython.final
@cython.cclass
class Orders:
    """Translates for all sessions; `instruments` are those of the exchange by Symbol(55).

    A trading day ends at the second `day_ends_s` of the UTC day.
    """

    __slots__ = ("day_ends_s", "instruments")

    def __init__(self, day_ends_s: int = 0) -> None:
        self.instruments: dict[bytes, Instrument] = {}
        self.day_ends_s = day_ends_s

    def translate(
        self, message: Message, session: int, now_ns: int, age_max_ns: int = 0, self_match: bytes = b""
    ) -> Command | None:
        """The command a dictionary-valid application message stands for; None for a MsgType that is none.

        An order or replace whose TransactTime(60) is more than `age_max_ns` ago is stale (VAL-08); 0: however old.
        An order without a SelfMatchPreventionID(7928) has `self_match` (SFT-01).
        """
        msg_type = message.msg_type
        if msg_type == b"D":
            return self._identified(message, self._enter(message, session, now_ns, age_max_ns), self_match)
        if msg_type == b"F":
            return self._cancel(message, session, now_ns)
        if msg_type == b"G":
            return self._replace(message, session, now_ns, age_max_ns)
        if msg_type == b"H":
            return self._status(message, session, now_ns)
        if msg_type == b"AF":
            return self._mass_status(message, session, now_ns)
        if msg_type == b"q":
            return self._mass_cancel(message, session, now_ns)
        return None

    def _enter(self, message: Message, session: int, now_ns: int, age_max_ns: int) -> EnterOrder:
        command = EnterOrder.__new__(EnterOrder)
        command.session = session
        command.time_ns = now_ns
        command.defect = self._identifier_defect(message)
        if age_max_ns and command.defect == NO_REASON and now_ns - message.utc_ns(60) > age_max_ns:
            command.defect = STALE
        command.cl_ord_id = message.get(11) or b""
        command.account = message.get(1) or b""
        command.symbol = message.get(55) or b""
        command.side = message.character(54)
        command.ord_type = message.character(40)
        command.time_in_force = message.character(59) or DAY
        command.exec_inst = self._exec_inst(message)
        command.poss_resend = message.boolean(97)
        command.self_match = b""
        command.terms = None
        command.quantity_lots = 0
        command.price_ticks = 0
        instrument = self.instruments.get(command.symbol)
        if instrument is None:
            command.instrument = 0
            return command
        command.instrument = instrument.number
        quantity = self._quantity(message, instrument)
        price = self._price(message, instrument, command.ord_type)
        terms = self._terms(message, instrument)
        command.terms = terms
        command.quantity_lots = max(quantity, 0)
        command.price_ticks = max(price, 0)
        if command.defect == NO_REASON:
            command.defect = -quantity if quantity < 0 else -price if price < 0 else self._terms_defect(terms)
        return command

    def _identified(self, message: Message, command: EnterOrder, self_match: bytes) -> EnterOrder:
        """The same order with its SelfMatchPreventionID(7928), or the session's."""
        command.self_match = self_match
        if message.has(7928):
            command.self_match = message.identifier(7928, IDENTIFIER_BYTES_MAX) or b""
            if not command.self_match and command.defect == NO_REASON:
                command.defect = BAD_SELF_MATCH_ID
        return command

    def _replace(self, message: Message, session: int, now_ns: int, age_max_ns: int) -> ReplaceOrder:
        entered = self._enter(message, session, now_ns, age_max_ns)
        command = ReplaceOrder.__new__(ReplaceOrder)
        command.session = session
        command.time_ns = now_ns
        command.cl_ord_id = entered.cl_ord_id
        command.orig_cl_ord_id = message.get(41) or b""
        command.order_id = self._order_id(message)
        command.instrument = entered.instrument
        command.symbol = entered.symbol
        command.side = entered.side
        command.ord_type = entered.ord_type
        command.time_in_force = entered.time_in_force
        command.exec_inst = entered.exec_inst
        command.quantity_lots = entered.quantity_lots
        command.price_ticks = entered.price_ticks
        command.defect = entered.defect
        command.orig_mod_ns = max(message.utc_ns(586), 1) if message.has(586) else 0
        command.terms = entered.terms
        return command

    def _cancel(self, message: Message, session: int, now_ns: int) -> CancelOrder:
        command = CancelOrder.__new__(CancelOrder)
        command.session = session
        command.time_ns = now_ns
        command.cl_ord_id = message.get(11) or b""
        command.orig_cl_ord_id = message.get(41) or b""
        command.order_id = self._order_id(message)
        command.symbol = message.get(55) or b""
        command.instrument = self._instrument(command.symbol)
        command.side = message.character(54)
        command.defect = self._identifier_defect(message)
        command.orig_mod_ns = max(message.utc_ns(586), 1) if message.has(586) else 0
        return command

    def _status(self, message: Message, session: int, now_ns: int) -> RequestStatus:
        symbol = message.get(55) or b""
        return RequestStatus(
            session=session,
            cl_ord_id=message.get(11) or b"",
            instrument=self._instrument(symbol),
            side=message.character(54),
            order_id=self._order_id(message),
            request_id=message.get(790) or b"",
            symbol=symbol,
            time_ns=now_ns,
        )

    def _mass_status(self, message: Message, session: int, now_ns: int) -> RequestMassStatus:
        symbol = message.get(55) or b""
        return RequestMassStatus(
            session=session,
            request_id=message.get(584) or b"",
            request_type=message.character(585),
            instrument=self._instrument(symbol),
            symbol=symbol,
            side=message.character(54),
            time_ns=now_ns,
        )

    def _mass_cancel(self, message: Message, session: int, now_ns: int) -> MassCancel:
        symbol = message.get(55) or b""
        return MassCancel(
            session=session,
            cl_ord_id=message.get(11) or b"",
            request_type=message.character(530),
            instrument=self._instrument(symbol),
            symbol=symbol,
            side=message.character(54),
            defect=self._identifier_defect(message),
            time_ns=now_ns,
        )

    def _identifier_defect(self, message: Message) -> int:
        """Whether ClOrdID(11) may identify a request: 1 to 64 printable ASCII characters (VAL-07)."""
        return NO_REASON if message.identifier(11, IDENTIFIER_BYTES_MAX) is not None else BAD_IDENTIFIER

    def _instrument(self, symbol: bytes) -> int:
        instrument = self.instruments.get(symbol)
        return 0 if instrument is None else instrument.number

    def _order_id(self, message: Message) -> int:
        """OrderID(37); 0 without it, an impossible one if it is none of ours."""
        if not message.has(37):
            return 0
        order_id = message.integer(37)
        return order_id if order_id is not None and order_id > 0 else NOT_AN_ORDER_ID

    def _quantity(self, message: Message, instrument: Instrument) -> int:
        """OrderQty(38) in lots, or minus the reason why it is none."""
        units = message.decimal(38, instrument.quantity_scale)
        if units <= OUT_OF_RANGE:
            return -self._defect(units, QUANTITY_MISSING, QUANTITY_OFF_LOT, QUANTITY_TOO_LARGE)
        if units <= 0:
            return -QUANTITY_NOT_POSITIVE
        if units % instrument.lot_units != 0:
            return -QUANTITY_OFF_LOT
        return units // instrument.lot_units

    def _price(self, message: Message, instrument: Instrument, ord_type: int) -> int:
        """Price(44) in ticks, 0 if rightly absent, or minus the reason why it is none; types not traded may have it."""
        units = message.decimal(44, instrument.price_scale)
        if ord_type != LIMIT and ord_type != STOP_LIMIT:
            unpriced = ord_type == MARKET or ord_type == STOP or ord_type == MARKET_TO_LIMIT
            return -PRICE_NOT_ALLOWED if unpriced and units != ABSENT else 0
        if units <= OUT_OF_RANGE:
            return -self._defect(units, PRICE_MISSING, PRICE_OFF_TICK, PRICE_TOO_LARGE)
        if units <= 0:
            return -PRICE_NOT_POSITIVE
        if units % instrument.tick_units != 0:
            return -PRICE_OFF_TICK
        return units // instrument.tick_units

    def _defect(self, units: int, absent: int, inexact: int, out_of_range: int) -> int:
        if units == ABSENT:
            return absent
        return inexact if units == INEXACT else out_of_range

    def _terms(self, message: Message, instrument: Instrument) -> Terms | None:
        """StopPx(99), MaxFloor(111), MinQty(110) and when the order expires, None without any; a value that is none of
        the instrument's is IMPOSSIBLE.
        """
        if not (message.has(99) or message.has(110) or message.has(111) or message.has(126) or message.has(432)):
            return None
        return Terms(
            self._multiple(message, 99, instrument.price_scale, instrument.tick_units),
            self._multiple(message, 111, instrument.quantity_scale, instrument.lot_units),
            self._multiple(message, 110, instrument.quantity_scale, instrument.lot_units),
            self._expire_ns(message),
        )

    def _multiple(self, message: Message, tag: int, scale: int, units: int) -> int:
        """A price in ticks or a quantity in lots; 0 without the field."""
        if not message.has(tag):
            return 0
        value = message.decimal(tag, scale)
        return value // units if value > 0 and value % units == 0 else IMPOSSIBLE

    def _terms_defect(self, terms: Terms | None) -> int:
        """Which term is impossible, if one is."""
        if terms is None:
            return NO_REASON
        if terms.stop_ticks < 0:
            return STOP_PRICE_OUT_OF_RANGE
        if terms.display_lots < 0:
            return DISPLAY_OUT_OF_RANGE
        return MIN_QUANTITY_OUT_OF_RANGE if terms.min_lots < 0 else NO_REASON

    def _expire_ns(self, message: Message) -> int:
        """ExpireTime(126), else the end of the trading day ExpireDate(432); 0 without both (MAT-12)."""
        if message.has(126):
            return max(message.utc_ns(126), 1)
        days = message.days(432)
        return 0 if days < 0 else ((days + 1) * DAY_S + self.day_ends_s) * NS_PER_S

    def _exec_inst(self, message: Message) -> int:
        """ExecInst(18) as bits; what the venue does not know sets one that it refuses."""
        bits = 0
        if message.has(18):
            for value in (message.get(18) or b"").split(b" "):
                bits |= EXEC_INST_BITS.get(value, UNKNOWN_INSTRUCTION)
        return bits
