"""The command that takes back or changes a trade of the day."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CorrectTrade:
    """Trade `match` was of `lots` at `ticks`, 0 lots: there was none, it is busted (ORD-09, QTY-05).

    The engine keeps no trades, so what the journal knows of it comes with the command: who bought and sold by which
    order and ExecID(17), and `traded_lots` at `traded_ticks` before any correction.
    """

    match: int
    instrument: int
    buyer: int
    buy_cl_ord_id: bytes
    buy_order_id: int
    buy_exec_id: int
    seller: int
    sell_cl_ord_id: bytes
    sell_order_id: int
    sell_exec_id: int
    traded_lots: int
    traded_ticks: int
    lots: int
    ticks: int
    who: bytes
    why: bytes
    time_ns: int = 0
