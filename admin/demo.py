"""`outcry demo`: two FIX clients trade on the running venue while a tape tells what is said, then one order's audit."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from simplefix import FixMessage, FixParser

from admin.audit import print_order
from admin.options import DATA_DIR, Audit, DataDir, Socket, venue_at
from admin.tables import utc
from admin.venue_client import ask
from gateway.problems import SettingsError

ANSWER_S_MAX = 10.0
CHUNK_BYTES = 65_536
TRADE, REJECTED = "F", "8"
SIDES = {"1": "buy", "2": "sell"}
REPORTS = {"0": "new", "4": "canceled", "5": "replaced", "8": "rejected", "C": "expired", "F": "filled"}
LOGON, LOGOUT, ENTER, CANCEL, REPLACE, REPORT = "A", "5", "D", "F", "G", "8"


def demo(data_dir: DataDir = DATA_DIR, socket: Socket = None) -> None:
    """Two clients log on, quote, trade, get refused and cancel; then the audit of one order. Ends by itself."""
    path = venue_at(data_dir, socket)
    status = ask(path, "status")
    symbol, price = free_price(path, status)
    alice, bob = (Client(name, status) for name in ("DEMO-ALICE", "DEMO-BOB"))
    try:
        order_id = play(alice, bob, symbol, price)
    finally:
        alice.close()
        bob.close()
    print("\nAnd this is what the audit says about Alice's order:\n")
    print_order(int(order_id), None, None, Audit(data_dir=data_dir, socket=socket))


def play(alice: Client, bob: Client, symbol: str, price: Decimal) -> str:
    """The day: what is traded is only between the two; nothing is left over. Alice's OrderID."""
    tick = Decimal("0.01")
    ask_id = alice.enter(symbol, "2", 100, price)
    order_id = alice.report("0")["37"]
    bob.enter(symbol, "1", 30, price)
    bob.report("0")
    bob.report(TRADE)
    alice.report(TRADE)
    replaced = alice.replace(symbol, "2", 80, price + tick, ask_id)
    alice.report("5")
    bob.enter(symbol, "1", 10, price * 2)
    bob.report(REJECTED)
    bob.enter(symbol, "1", 20, price + tick)
    bob.report("0")
    bob.report(TRADE)
    alice.report(TRADE)
    alice.cancel(symbol, "2", replaced)
    alice.report("4")
    return order_id


def free_price(path: Path, status: dict[str, Any]) -> tuple[str, Decimal]:
    """A symbol that trades, and a price between its bid and ask with room for the demo alone; SettingsError if none."""
    for listed in status["instruments"]:
        book = ask(path, "book", symbol=listed["symbol"], depth=1)
        bid, offer = (Decimal(side[0]["price"]) if side else None for side in (book["bids"], book["asks"]))
        reference = Decimal(listed["last"] or listed["reference"])
        price = max(reference, bid + 1) if bid is not None else reference
        if listed["state"] == "trading" and (offer is None or price + Decimal("0.01") < offer):
            return str(listed["symbol"]), price.quantize(Decimal("0.01"))
    raise SettingsError(["no symbol has room between its bid and its ask for a demo that disturbs nobody"])


class Client:
    """A FIX client as small as can be: one socket, one sequence number, every message told on the tape."""

    def __init__(self, comp_id: str, status: dict[str, Any]) -> None:
        self.comp_id = comp_id
        self.venue = status["comp_id"]
        self._number = 0
        self._ids = time.time_ns() // 1_000_000
        self._parser = FixParser()
        fix = status["fix"]
        try:
            self._socket = socket.create_connection((fix["host"], fix["port"]), ANSWER_S_MAX)
        except OSError as error:
            raise SettingsError([f"{fix['host']}:{fix['port']}: {error.strerror or error}"]) from None
        self._send(LOGON, {98: 0, 108: 30, 141: "Y"})
        self._expect(LOGON)

    def enter(self, symbol: str, side: str, quantity: int, price: Decimal) -> str:
        """Send a limit order; its ClOrdID."""
        return self._request(ENTER, {55: symbol, 54: side, 38: quantity, 40: 2, 44: price, 59: 0})

    def replace(self, symbol: str, side: str, quantity: int, price: Decimal, of: str) -> str:
        """Change an order; its new ClOrdID."""
        return self._request(REPLACE, {41: of, 55: symbol, 54: side, 38: quantity, 40: 2, 44: price})

    def cancel(self, symbol: str, side: str, of: str) -> str:
        """Cancel what is open of an order."""
        return self._request(CANCEL, {41: of, 55: symbol, 54: side})

    def report(self, exec_type: str) -> dict[str, str]:
        """The next ExecutionReport, which must be of this ExecType(150)."""
        report = self._expect(REPORT)
        if report["150"] != exec_type:
            raise SettingsError([f"the demo expected {REPORTS[exec_type]}, the venue says {words(report)}"])
        return report

    def close(self) -> None:
        """Log out and hang up."""
        self._send(LOGOUT, {})
        self._expect(LOGOUT)
        self._socket.close()

    def _request(self, msg_type: str, fields: dict[int, object]) -> str:
        self._ids += 1
        cl_ord_id = f"{self.comp_id}-{self._ids:x}"
        self._send(msg_type, {11: cl_ord_id} | fields | {60: timestamp()})
        return cl_ord_id

    def _send(self, msg_type: str, fields: dict[int, object]) -> None:
        self._number += 1
        header = {8: "FIX.4.4", 35: msg_type, 34: self._number, 49: self.comp_id, 52: timestamp(), 56: self.venue}
        message = FixMessage()
        for tag, value in (header | fields).items():
            message.append_pair(tag, value)
        self._socket.sendall(message.encode())
        self._tell("->", {str(tag): str(value) for tag, value in (header | fields).items()})

    def _expect(self, msg_type: str) -> dict[str, str]:
        for message in self._messages():
            self._tell("<-", message)
            if message["35"] != msg_type:
                raise SettingsError([f"{self.comp_id}: the venue says {words(message)}"])
            return message
        raise SettingsError([f"the venue closed the connection of {self.comp_id}: does it know this CompID?"])

    def _messages(self) -> Iterator[dict[str, str]]:
        while True:
            message = self._parser.get_message()
            if message is not None:
                yield {tag.decode(): value.decode() for tag, value in message.pairs}
                continue
            data = self._socket.recv(CHUNK_BYTES)
            if not data:
                return
            self._parser.append_buffer(data)

    def _tell(self, arrow: str, message: dict[str, str]) -> None:
        print(f"{utc(time.time_ns())[11:23]}  {self.comp_id:10} {arrow} {self.venue}  {words(message)}")


def timestamp() -> str:
    """Now as a UTCTimestamp."""
    now_ns = time.time_ns()
    return f"{time.strftime('%Y%m%d-%H:%M:%S', time.gmtime(now_ns // 10**9))}.{now_ns // 10**6 % 1000:03d}"


def words(message: dict[str, str]) -> str:
    """What a message says, in a line."""
    kind = message["35"]
    order = f"{SIDES.get(message.get('54', ''), '')} {message.get('38', '')} {message.get('55', '')}"
    price = f" at {message['44']}" if "44" in message else ""
    if kind in (LOGON, LOGOUT):
        return "logon" if kind == LOGON else "logout"
    if kind in (ENTER, REPLACE):
        return ("" if kind == ENTER else "replace with: ") + order + price
    if kind == CANCEL:
        return f"cancel {message['41']}"
    if kind == REPORT and message["150"] == TRADE:
        return f"filled {message['32']} at {message['31']}, {message['151']} left, order {message['37']}"
    if kind == REPORT:
        left = f", {message['151']} left" if message["150"] != REJECTED else ""
        why = f": {message['58']}" if "58" in message else ""
        return f"{REPORTS.get(message['150'], message['150'])} {order}{price}{left}, order {message['37']}{why}"
    return f"MsgType {kind}: {message.get('58', '')}"
