"""Reads all that a client received and says what is wrong with it."""

from __future__ import annotations

import re
from collections import Counter

HEAD = re.compile(rb"8=FIX\.4\.4\x019=(\d+)\x01")
FAULTS_MAX = 5
ADMINISTRATIVE = (b"A", b"0", b"1", b"5")


class Verification:
    """Length, checksum and numbering of every message, and each ClOrdID(11) answered by one ExecutionReport(8).

    `faults` says what is wrong, up to a few; `exec_types` counts the reports by ExecType(150). `read` may be called
    again with what came later on the same connection.
    """

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.exec_types: Counter[str] = Counter()
        self._number = 1
        self._answered: set[bytes] = set()

    def read(self, data: bytes, answers: int) -> None:
        """Look at the messages in `data`, in which `answers` ClOrdIDs should be answered."""
        before = len(self._answered)
        position = 0
        while position < len(data) and len(self.faults) < FAULTS_MAX:
            position = self._read_one(data, position)
        answered = len(self._answered) - before
        if answered != answers:
            self.faults.append(f"{answered} ClOrdIDs answered, not {answers}")

    def _read_one(self, data: bytes, position: int) -> int:
        """Look at the message at `position`; where the next one starts."""
        head = HEAD.match(data, position)
        if head is None:
            self.faults.append(f"no message at {position}: {data[position : position + 60]!r}")
            return len(data)
        end = head.end() + int(head[1])
        message, trailer = data[position:end], data[end : end + 7]
        if trailer != b"10=%03d\x01" % (sum(message) & 255):
            self.faults.append(f"length or checksum at {position}: {trailer!r}")
            return len(data)
        self._judge(dict(part.split(b"=", 1) for part in message[:-1].split(b"\x01")))
        return end + 7

    def _judge(self, fields: dict[bytes, bytes]) -> None:
        number = int(fields[b"34"])
        if number != self._number:
            self.faults.append(f"MsgSeqNum(34) is {number}, not {self._number}")
        self._number = number + 1
        if fields[b"35"] == b"8":
            name = fields[b"11"]
            if name in self._answered:
                self.faults.append(f"ClOrdID(11) {name!r} was answered twice")
            self._answered.add(name)
            self.exec_types[fields[b"150"].decode()] += 1
        elif fields[b"35"] not in ADMINISTRATIVE:
            self.faults.append(f"unexpected {fields!r}")
