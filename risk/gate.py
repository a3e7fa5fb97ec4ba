"""The risk gate: every rule before an order may enter, in the published order, and the fold over all that happened.

The checks, of which the first that fails is the answer (RSK-01): order quantity, order notional, collar, position,
gross notional, net notional, open orders of the session. A replace that neither raises the quantity nor moves the price
passes; any other must pass the first three as a new order would, and the next three with what it adds (RSK-05).

An order's notional is that of its worst price (RSK-04): a buy's own, or its protection price if it is a market order;
for a sell, which trades at its price or above, at least the reference. A market order where there is no collar counts
at the reference. The collar's reference is the price of the last trade since the instrument's reference price was set,
and before it that reference price; a stop's is its stop price, for that is where it will trade if it does (STO-08);
where the venue has risk look again when a stop is elected, it is the last trade's then.
"""

from __future__ import annotations

import cython

from engine.codes import (
    BUY,
    CANCEL,
    CANCELED,
    DONE,
    ENTERED,
    EXPIRE,
    EXPIRED,
    LIMIT,
    NOTIONAL_MAX,
    PRICE_TICKS_MAX,
    REPLACE,
    RESTATE,
    STOP_LIMIT,
    TRADE,
    TRADE_CANCEL,
    TRADE_CORRECT,
    TRADING,
)
from engine.commands import DefineInstrument, HaltInstrument, RegisterSession, SetLimits
from engine.events import AuctionEnded, Event, InstrumentChanged, OrderEvent
from engine.gate import Gate
from engine.order import Order, limit_ticks
from engine.reasons import (
    BREAKER_HALT,
    GROSS_NOTIONAL_LIMIT,
    NET_NOTIONAL_LIMIT,
    NO_REASON,
    ORDER_NOTIONAL_LIMIT,
    ORDER_QUANTITY_LIMIT,
    POSITION_LIMIT,
    PRICE_ABOVE_COLLAR,
    PRICE_BELOW_COLLAR,
    TOO_MANY_OPEN_ORDERS,
)
from risk.bands import highest_ticks, lowest_ticks
from risk.breaker import Breaker
from risk.exposure import Firm, Position
from risk.limits import Limits, LimitTable


@cython.final
@cython.no_gc
@cython.cclass
class Listing:
    """An instrument as risk sees it: `reference_ticks` is the collar's, `defined_ticks` the one it was listed with,
    `auction_ticks` the price of the call that is ending, from which the breaker will measure.
    """

    __slots__ = ("auction_ticks", "breaker", "defined_ticks", "number", "reference_ticks", "tick_value")

    def __init__(self, number: int, tick_value: int, reference_ticks: int) -> None:
        self.number = number
        self.tick_value = tick_value
        self.defined_ticks = reference_ticks
        self.reference_ticks = reference_ticks
        self.auction_ticks = 0
        self.breaker = Breaker(reference_ticks)


@cython.final
@cython.no_gc
@cython.cclass
class Quota:
    """How many orders a session has open, and may have (0: any number)."""

    __slots__ = ("open_orders", "open_orders_max")

    def __init__(self, open_orders_max: int) -> None:
        self.open_orders = 0
        self.open_orders_max = open_orders_max


@cython.final
@cython.cclass
class RiskGate(Gate):
    """The core's Gate with limits; `firms`, `listings`, `quotas` are indexed by firm, instrument and session, from 1.

    After a refusal `value`, `limit` and `limits_version` hold what was compared and the version of the limit (RSK-11);
    the version is 0 for a ceiling and for a session's open orders. An order's notional above NOTIONAL_MAX is shown as
    NOTIONAL_MAX.
    """

    __slots__ = ("_positions", "firms", "halts", "limits", "listings", "quotas")

    def __init__(self) -> None:
        super().__init__()
        self.limits = LimitTable()
        self.firms: list[Firm | None] = [None]
        self.listings: list[Listing | None] = [None]
        self.quotas: list[Quota | None] = [None]
        self.halts: list[HaltInstrument] = []
        self._positions: list[list[Position | None]] = [[None]]

    # -- before an order ---------------------------------------------------------------------------------------------

    def check(self, order: Order) -> int:
        """The reason to refuse an order not yet entered, or 0; sets `risk_ticks`, the worst price it may trade at."""
        origin = order.origin
        position = self.position(origin.firm, origin.instrument.number)
        listing = self._listing(origin.instrument.number)
        limits = position.limits
        side = order.side
        lots = order.quantity_lots
        ticks = order.risk_ticks
        worth_ticks = ticks
        reference_ticks = listing.reference_ticks
        if order.terms is not None and order.terms.stop_ticks != 0:
            reference_ticks = order.terms.stop_ticks
        if order.ord_type != LIMIT and order.ord_type != STOP_LIMIT:
            order.risk_ticks = self._protection_ticks(reference_ticks, limits, side)
            worth_ticks = order.risk_ticks if limits.collar_bp else reference_ticks
        reason = self._check_size(position, listing, side, lots, worth_ticks)
        if reason == NO_REASON and (order.ord_type == LIMIT or order.ord_type == STOP_LIMIT):
            reason = self._check_collar(limits, reference_ticks, ticks)
        if reason == NO_REASON:
            reason = self._check_exposure(position, side, lots)
        if reason == NO_REASON:
            reason = self._check_open_orders(origin.session)
        return reason

    def check_replace(self, order: Order, quantity_lots: int, price_ticks: int, stop_ticks: int) -> int:
        """The same for an open order's new total quantity and prices, its own reservation credited (RSK-05)."""
        more_lots = quantity_lots - order.quantity_lots
        reference_ticks = 0 if order.terms is None or order.ord_type == LIMIT else order.terms.stop_ticks
        self.worst_ticks = order.risk_ticks
        if more_lots <= 0 and price_ticks == limit_ticks(order) and stop_ticks == reference_ticks:
            return NO_REASON
        origin = order.origin
        position = self.position(origin.firm, origin.instrument.number)
        listing = self._listing(origin.instrument.number)
        limits = position.limits
        worth_ticks = self.worst_ticks = price_ticks
        reference_ticks = stop_ticks if stop_ticks else listing.reference_ticks
        is_priced = order.ord_type == LIMIT or order.ord_type == STOP_LIMIT
        if not is_priced:
            self.worst_ticks = self._protection_ticks(reference_ticks, limits, order.side)
            worth_ticks = self.worst_ticks if limits.collar_bp else reference_ticks
        reason = self._check_size(position, listing, order.side, quantity_lots, worth_ticks)
        if reason == NO_REASON and is_priced:
            reason = self._check_collar(limits, reference_ticks, price_ticks)
        if reason == NO_REASON and more_lots > 0:
            reason = self._check_exposure(position, order.side, more_lots)
        if reason == NO_REASON and order.leaves_lots == 0:
            reason = self._check_open_orders(origin.session)
        return reason

    def check_elected(self, order: Order) -> int:
        """The same for a stop that is elected, against limits and the collar's reference as they are now (STO-08)."""
        origin = order.origin
        position = self.position(origin.firm, origin.instrument.number)
        listing = self._listing(origin.instrument.number)
        limits = position.limits
        worth_ticks = self.worst_ticks = order.risk_ticks
        if order.ord_type != LIMIT:
            self.worst_ticks = self._protection_ticks(listing.reference_ticks, limits, order.side)
            worth_ticks = self.worst_ticks if limits.collar_bp else listing.reference_ticks
        reason = self._check_size(position, listing, order.side, order.leaves_lots, worth_ticks)
        if reason == NO_REASON and order.ord_type == LIMIT:
            reason = self._check_collar(limits, listing.reference_ticks, order.risk_ticks)
        if reason == NO_REASON:
            reason = self._check_exposure(position, order.side, 0)
        return reason

    def _protection_ticks(self, reference_ticks: int, limits: Limits, side: int) -> int:
        """The worst price a market order may trade at: the collar's bound, or without a collar any (MAT-07, STO-05)."""
        if side == BUY:
            return highest_ticks(reference_ticks, limits.collar_bp) if limits.collar_bp else PRICE_TICKS_MAX
        return lowest_ticks(reference_ticks, limits.collar_bp) if limits.collar_bp else 1

    def _check_size(self, position: Position, listing: Listing, side: int, lots: int, ticks: int) -> int:
        """Order quantity and notional (RSK-02, RSK-08), by division because the product may not fit 64 bits."""
        limits = position.limits
        if lots > limits.order_quantity_lots:
            return self._refuse(limits, ORDER_QUANTITY_LIMIT, lots, limits.order_quantity_lots)
        if side != BUY and ticks < listing.reference_ticks:
            ticks = listing.reference_ticks
        tick_value = listing.tick_value
        if lots > limits.order_notional // tick_value // ticks:
            fits = lots <= NOTIONAL_MAX // tick_value // ticks
            notional = lots * ticks * tick_value if fits else NOTIONAL_MAX
            return self._refuse(limits, ORDER_NOTIONAL_LIMIT, notional, limits.order_notional)
        return NO_REASON

    def _check_collar(self, limits: Limits, reference_ticks: int, ticks: int) -> int:
        """The price collar, bounds included (RSK-02)."""
        if limits.collar_bp == 0:
            return NO_REASON
        bound = highest_ticks(reference_ticks, limits.collar_bp)
        if ticks > bound:
            return self._refuse(limits, PRICE_ABOVE_COLLAR, ticks, bound)
        bound = lowest_ticks(reference_ticks, limits.collar_bp)
        if ticks < bound:
            return self._refuse(limits, PRICE_BELOW_COLLAR, ticks, bound)
        return NO_REASON

    def _check_exposure(self, position: Position, side: int, lots: int) -> int:
        """Position, gross and net notional with `lots` more open on a side; what does not grow passes (RSK-03)."""
        limits = position.limits
        firm = position.firm
        worst = position.worst_lots(side) + lots
        bound = min(limits.position_lots, position.lots_max)
        if worst > bound:
            return self._refuse(limits, POSITION_LIMIT, worst, bound)
        growth = worst - position.worst()
        if growth > 0:
            notional = firm.gross_notional + growth * position.lot_worth
            if notional > limits.gross_notional:
                return self._refuse(limits, GROSS_NOTIONAL_LIMIT, notional, limits.gross_notional)
        notional = firm.long_notional if side == BUY else firm.short_notional
        notional += lots * position.lot_worth
        if notional > limits.net_notional:
            return self._refuse(limits, NET_NOTIONAL_LIMIT, notional, limits.net_notional)
        return NO_REASON

    def _check_open_orders(self, session: int) -> int:
        """One more open order of a session (RSK-09)."""
        quota = self._quota(session)
        if quota.open_orders_max == 0 or quota.open_orders < quota.open_orders_max:
            return NO_REASON
        self.value = quota.open_orders + 1
        self.limit = quota.open_orders_max
        self.limits_version = 0
        return TOO_MANY_OPEN_ORDERS

    def _refuse(self, limits: Limits, reason: int, value: int, limit: int) -> int:
        self.value = value
        self.limit = limit
        self.limits_version = limits.version(reason)
        return reason

    # -- after an event ----------------------------------------------------------------------------------------------

    def observe(self, event: Event) -> None:
        """Fold an event into positions, open orders and references."""
        if isinstance(event, OrderEvent):
            self._observe_order(event)
        elif isinstance(event, InstrumentChanged) and event.state == TRADING:
            listing = self._listing(event.instrument)
            listing.breaker.restart(listing.auction_ticks)
            listing.auction_ticks = 0
        elif isinstance(event, AuctionEnded) and event.price_ticks:
            listing = self._listing(event.instrument)
            listing.reference_ticks = listing.auction_ticks = event.price_ticks

    def _observe_order(self, event: OrderEvent) -> None:
        kind = event.kind
        if kind == TRADE:
            self.position(event.firm, event.instrument).fill(event.side, event.last_lots)
            if event.aggressor:
                self._observe_trade(event)
        elif kind == ENTERED:
            self.position(event.firm, event.instrument).reserve(event.side, event.leaves_lots)
            self._opened(event.session, 1)
            return
        elif kind == REPLACE:
            more_lots = event.leaves_lots - event.released_lots
            if event.released_lots == 0:
                self._opened(event.session, 1)
            self.position(event.firm, event.instrument).reserve(event.side, more_lots)
        elif kind in (CANCEL, EXPIRE, DONE, RESTATE):
            self.position(event.firm, event.instrument).reserve(event.side, -event.released_lots)
        elif kind in (TRADE_CORRECT, TRADE_CANCEL):
            self._observe_correction(event)
            return
        else:
            return
        if event.leaves_lots == 0:
            self._opened(event.session, -1)

    def _observe_correction(self, event: OrderEvent) -> None:
        """More or less is filled of an order, and so much less or more open if it has not ended otherwise (RSK-06)."""
        position = self.position(event.firm, event.instrument)
        more_lots = event.last_lots - event.released_lots
        position.fill(event.side, more_lots)
        if event.status in (CANCELED, EXPIRED):
            position.reserve(event.side, more_lots)
            return
        was_lots = event.leaves_lots + more_lots
        if (was_lots > 0) != (event.leaves_lots > 0):
            self._opened(event.session, 1 if event.leaves_lots > 0 else -1)

    def _opened(self, session: int, count: int) -> None:
        quota = self._quota(session)
        quota.open_orders += count

    def _observe_trade(self, event: OrderEvent) -> None:
        """A trade is the collar's next reference, and may trip the breaker."""
        listing = self._listing(event.instrument)
        listing.reference_ticks = event.last_ticks
        breaker = listing.breaker
        if breaker.trade(event.last_ticks, event.time_ns):
            self.halts.append(
                HaltInstrument(
                    event.instrument,
                    BREAKER_HALT,
                    b"breaker",
                    b"moved %d bp or more" % breaker.move_bp,
                    event.last_ticks,
                    breaker.reference_ticks,
                    event.time_ns,
                )
            )

    def follow_up(self) -> HaltInstrument | None:
        """The halt that a trade called for, once (CIR-07)."""
        return self.halts.pop(0) if self.halts else None

    # -- what is known -----------------------------------------------------------------------------------------------

    def configure(self, command: RegisterSession | DefineInstrument | SetLimits) -> None:
        """Take over a session, an instrument or its reference price, or limits."""
        if isinstance(command, RegisterSession):
            self._register(command)
        elif isinstance(command, DefineInstrument):
            self._define(command)
        else:
            self.limits.put(command)
            for position in self.positions():
                position.limits = self.limits.resolve(position.firm.number, position.instrument)
            for listing in self._listings():
                listing.breaker.configure(*self.limits.breaker(listing.number))

    def _register(self, command: RegisterSession) -> None:
        assert command.number == len(self.quotas), "sessions are numbered from 1 without gaps"
        self.quotas.append(Quota(command.open_orders_max))
        while len(self.firms) <= command.firm:
            self.firms.append(Firm(len(self.firms)))
            self._positions.append([None] * len(self.listings))

    def _define(self, command: DefineInstrument) -> None:
        ticks = command.reference_ticks
        assert 0 < ticks <= PRICE_TICKS_MAX, "the venue's risk needs a reference price of every instrument"
        assert 0 < command.tick_value <= NOTIONAL_MAX // ticks, "a lot must be worth 1 to NOTIONAL_MAX"
        if command.number == len(self.listings):
            listing = Listing(command.number, command.tick_value, ticks)
            listing.breaker.configure(*self.limits.breaker(command.number))
            self.listings.append(listing)
            for row in self._positions:
                row.append(None)
            return
        listing = self._listing(command.number)
        if ticks == listing.defined_ticks:
            return
        listing.defined_ticks = listing.reference_ticks = ticks
        listing.breaker.restart(ticks)
        for position in self.positions():
            if position.instrument == command.number:
                position.revalue(ticks * listing.tick_value)

    def position(self, firm: int, instrument: int) -> Position:
        """Where a registered firm stands in a listed instrument."""
        row = self._positions[firm]
        position = row[instrument]
        if position is None:
            listing = self._listing(instrument)
            known = self.firms[firm]
            assert known is not None
            limits = self.limits.resolve(firm, instrument)
            position = Position(known, instrument, limits, listing.defined_ticks * listing.tick_value)
            row[instrument] = position
        return position

    def positions(self) -> list[Position]:
        """All positions that ever were asked for, by firm and instrument."""
        return [position for row in self._positions for position in row if position is not None]

    def _listings(self) -> list[Listing]:
        return [listing for listing in self.listings if listing is not None]

    def _listing(self, instrument: int) -> Listing:
        listing = self.listings[instrument]
        assert listing is not None, f"instrument {instrument} is not defined"
        return listing

    def _quota(self, session: int) -> Quota:
        quota = self.quotas[session]
        assert quota is not None, f"session {session} is not registered"
        return quota
