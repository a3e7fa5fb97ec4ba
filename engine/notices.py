"""What happened to others than one order, as past participles: seldom, so these are ordinary dataclasses."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MassCanceled:
    """The answer to a mass cancel: the substance of OrderMassCancelReport(r). `response` 531, `total_affected` 533."""

    sequence: int
    command: int
    time_ns: int
    session: int
    cl_ord_id: bytes
    request_type: int
    response: int
    reason: int
    total_affected: int
    instrument: int
    symbol: bytes
    side: int


@dataclass(frozen=True, slots=True)
class InstrumentChanged:
    """An instrument's phase changed, or when it will: who, why, and for a breaker the two prices compared (PHA-06).

    `until_ns` is when the phase ends by itself, 0: it does not.
    """

    sequence: int
    command: int
    time_ns: int
    instrument: int
    symbol: bytes
    state: int
    reason: int
    who: bytes
    why: bytes
    value: int = 0
    limit: int = 0
    until_ns: int = 0


@dataclass(frozen=True, slots=True)
class AuctionEnded:
    """A call of `phase` ended: the auction's price (0: nothing traded), the lots traded, and those left over at that
    price, negative for sellers'.
    """

    sequence: int
    command: int
    time_ns: int
    instrument: int
    symbol: bytes
    phase: int
    price_ticks: int
    quantity_lots: int
    surplus_lots: int


@dataclass(frozen=True, slots=True)
class DayEnded:
    """A trading day is over; `orders_expired` Day orders expired with it."""

    sequence: int
    command: int
    time_ns: int
    day: int
    orders_expired: int
