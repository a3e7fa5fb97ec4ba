"""A venue small enough to show the control protocol: symbols that trade or not, orders that are open or not."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from gateway.operations import (
    Book,
    Corrected,
    Done,
    KillRow,
    KillScope,
    LimitRow,
    OrderRow,
    PhaseRow,
    SessionRow,
    Status,
)
from gateway.problems import SettingsError


class ToyTrades:
    """Implements gateway.operations.Trades: trade 7 is one, and is told of in `log`."""

    def __init__(self, log: list[tuple[str, str | None, str, str]]) -> None:
        self._log = log

    async def bust(self, match: int, why: str, who: str) -> Corrected:
        return await self.correct(match, Decimal(0), None, why, who)

    async def correct(
        self, match: int, quantity: Decimal | None, price: Decimal | None, why: str, who: str
    ) -> Corrected:
        if match != 7:
            raise SettingsError([f"trade {match} is not in the journal"])
        self._log.append(("correct" if quantity != 0 else "bust", f"{match} {quantity} {price}", why, who))
        return {
            "trade": match,
            "symbol": "AAPL",
            "buyer": "ALPHA1",
            "seller": "BETA1",
            "quantity": str(quantity or 5),
            "price": str(price or "1.00"),
        }


class ToyVenue:
    """Implements gateway.operations.Venue; `log` holds what was done, by whom and why. `durable` holds actions back."""

    def __init__(self) -> None:
        self.halted: dict[str, bool] = {"AAPL": False, "TSLA": False}
        self.open: dict[str, tuple[str, str]] = {
            "1": ("ALPHA1", "AAPL"),
            "2": ("BETA1", "AAPL"),
            "3": ("BETA1", "TSLA"),
        }
        self.killed: list[str] = []
        self.log: list[tuple[str, str | None, str, str]] = []
        self.trades = ToyTrades(self.log)
        self.durable = asyncio.Event()
        self.durable.set()
        self.acted = asyncio.Event()

    def status(self) -> Status:
        return {
            "comp_id": "OUTCRY",
            "version": "0.1.0",
            "pid": 42,
            "compiled": True,
            "ack_policy": "fsync",
            "data_dir": "/var/lib/outcry",
            "started_ns": 1_790_000_000_000_000_000,
            "now_ns": 1_790_000_061_000_000_000,
            "fix": {"host": "127.0.0.1", "port": 9878},
            "postgres": {
                "dsn": "postgresql://outcry:hush@db/outcry",
                "psql": "psql postgresql://outcry:hush@db/outcry",
                "embedded": False,
                "commands": 7,
                "records": 2_970,
                "written_ns": 1_790_000_058_500_000_000,
                "fault": "PostgreSQL has ended",
                "chain": "",
            },
            "journal": {"commands": 9, "events": 12, "records": 4_200, "bytes": 67_108_864},
            "recovery": {
                "restored": 5,
                "replayed": 2,
                "snapshot": 8,
                "snapshot_ns": 1_790_000_000_000_000_000,
                "state_hash": "c0ffee" * 10 + "1234",
                "fault": "",
            },
            "cancel_only": "",
            "sessions_connected": 1,
            "orders_open": len(self.open),
            "kills": [_kill(name) for name in self.killed],
            "instruments": [
                {
                    "symbol": symbol,
                    "state": "halted" if halted else "trading",
                    "reference": "150.00",
                    "last": None,
                    "bid": "149.99",
                    "bid_quantity": "100",
                    "ask": None,
                    "ask_quantity": None,
                    "orders": 2,
                }
                for symbol, halted in self.halted.items()
            ],
        }

    def sessions(self) -> list[SessionRow]:
        return [
            {
                "number": 1,
                "comp_id": "ALPHA1",
                "firm": "ALPHA",
                "connected": True,
                "peer": "127.0.0.1:50000",
                "since_ns": 1_790_000_000_000_000_000,
                "next_in": 5,
                "next_out": 9,
                "orders_open": 1,
                "outbound_bytes": 0,
            }
        ]

    def book(self, symbol: str, depth: int) -> Book:
        self._known(symbol)
        bids = [{"price": f"149.{99 - n}", "quantity": "100", "orders": 1} for n in range(20)]
        known = {"symbol": symbol, "state": "trading", "last": "150.00", "indicative": None}
        return {**known, "bids": bids[:depth], "asks": []}  # type: ignore[typeddict-item]

    def orders(self, session: str | None, symbol: str | None, count_max: int) -> list[OrderRow]:
        return [self._row(order_id) for order_id in self._matching(session, symbol)][:count_max]

    def limits(self) -> list[LimitRow]:
        return [
            {
                "firm": None,
                "symbol": "AAPL",
                "version": 1,
                "order_quantity": "1000000",
                "order_notional": "100000000",
                "collar_percent": "15",
                "position_quantity": "10000000",
                "gross_notional": None,
                "net_notional": None,
                "move_percent": "10",
                "window_s": 300,
            }
        ]

    def phases(self) -> list[PhaseRow]:
        return [
            {
                "symbol": symbol,
                "phase": "halted" if halted else "trading",
                "until_ns": None,
                "next": None,
                "indicative": None,
            }
            for symbol, halted in self.halted.items()
        ]

    async def set_phase(self, symbol: str | None, phase: str, length_s: int, why: str, who: str) -> Done:
        return await self._done(f"phase {phase} {length_s}", symbol, why, who, [symbol or "AAPL"], 0)

    async def halt(self, symbol: str | None, why: str, who: str) -> Done:
        return await self._set("halt", symbol, why, who, halted=True)

    async def resume(self, symbol: str | None, why: str, who: str) -> Done:
        return await self._set("resume", symbol, why, who, halted=False)

    async def cancel_orders(self, session: str | None, symbol: str | None, why: str, who: str) -> Done:
        ended = self._matching(session, symbol)
        symbols = sorted({self.open.pop(order_id)[1] for order_id in ended})
        return await self._done("cancel", symbol or session, why, who, symbols, len(ended))

    async def kill(self, scope: KillScope, name: str, why: str, who: str) -> Done:
        self.killed.append(name)
        return await self._done("kill", f"{scope} {name}", why, who, [], 2)

    async def unkill(self, scope: KillScope, name: str, why: str, who: str) -> Done:
        if name not in self.killed:
            raise SettingsError([f"{scope} {name} is not blocked"])
        self.killed.remove(name)
        return await self._done("unkill", f"{scope} {name}", why, who, [], 0)

    async def _set(self, what: str, symbol: str | None, why: str, who: str, *, halted: bool) -> Done:
        if symbol is not None:
            self._known(symbol)
        names = [name for name in self.halted if symbol in (None, name) and self.halted[name] is not halted]
        self.halted |= dict.fromkeys(names, halted)
        return await self._done(what, symbol, why, who, names, 0)

    async def _done(self, what: str, on: str | None, why: str, who: str, symbols: list[str], orders: int) -> Done:
        self.log.append((what, on, why, who))
        self.acted.set()
        number = len(self.log)
        await self.durable.wait()
        return {"command": number, "symbols": symbols, "orders": orders}

    def _known(self, symbol: str) -> None:
        if symbol not in self.halted:
            raise SettingsError([f"{symbol} is not traded here; traded are {', '.join(self.halted)}"])

    def _matching(self, session: str | None, symbol: str | None) -> list[str]:
        return [key for key, (owner, name) in self.open.items() if session in (None, owner) and symbol in (None, name)]

    def _row(self, order_id: str) -> OrderRow:
        session, symbol = self.open[order_id]
        return {
            "order_id": order_id,
            "cl_ord_id": f"{session}-order-number-{order_id}",
            "session": session,
            "firm": session[:-1],
            "symbol": symbol,
            "side": "buy",
            "type": "limit",
            "time_in_force": "day",
            "status": "partially_filled",
            "price": "149.99",
            "quantity": "100",
            "filled": "40",
            "leaves": "60",
            "stop_price": None,
            "display_quantity": None,
            "post_only": False,
            "expires_ns": None,
        }


def _kill(name: str) -> KillRow:
    return {"scope": "firm", "name": name, "since_ns": 1_790_000_000_000_000_000, "who": "op", "why": "drill"}
