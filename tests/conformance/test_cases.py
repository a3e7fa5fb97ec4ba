"""The cases of cases.md, played over TCP against a venue in a process of its own, many at once."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.gateway.venue_process import NO_DATABASE, running, write_settings

CASES_FILE = Path(__file__).with_name("cases.md")
INSTRUMENTS = "".join(f'\n[[instruments]]\nsymbol = "S{number}"\nreference_price = "100.00"\n' for number in range(100))
NAMES = {
    "Heartbeat": "0", "TestRequest": "1", "ResendRequest": "2", "Reject": "3", "SequenceReset": "4", "Logout": "5",
    "Report": "8", "Logon": "A", "Order": "D", "BusinessMessageReject": "j", "News": "B",
}  # fmt: skip
ORDER = "11=O 21=1 symbol 54=1 60=+0 38=100 40=2 44=99.00"
TIMES = ("52", "60", "122")
WAIT_S = 20.0
Step = tuple[str, str, str]


def cases() -> dict[str, list[Step]]:
    """The steps of each case by its heading."""
    found: dict[str, list[Step]] = {}
    for part in CASES_FILE.read_text().split("\n## ")[1:]:
        heading, _, text = part.partition("\n")
        rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")][2:]
        found[heading] = [(row[0].strip(), row[1].strip(), row[2].strip()) for row in rows]
    return found


class Wire:
    """One connection of a case."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), WAIT_S)
        self.data = b""

    def hear(self) -> dict[str, str] | None:
        """The next message by tag, or None at the end of the connection; a timeout fails the case."""
        while not (whole := re.match(rb"(8=.*?\x0110=\d{3}\x01)(.*)", self.data, re.DOTALL)):
            try:
                piece = self.socket.recv(65_536)
            except ConnectionError:
                piece = b""
            if not piece:
                return None
            self.data += piece
        message, self.data = whole.groups()
        return dict(field.split("=", 1) for field in message.decode().split("\x01")[:-1])


class Player:
    """Plays one case as a client of its own, in a symbol of its own."""

    def __init__(self, port: int, number: int) -> None:
        self.port = port
        self.symbol = f"S{number}"
        self.comp_ids = {"": f"CASE{number}", "other": f"CASE{number}", "partner": f"PARTNER{number}"}
        self.wires = {"": Wire(port)}

    def play(self, steps: list[Step]) -> str:
        """What went wrong first, or ""."""
        try:
            return self.steps(steps)
        finally:
            for wire in self.wires.values():
                wire.socket.close()

    def steps(self, steps: list[Step]) -> str:
        """The same, leaving connections open."""
        for place, (step, message, fields) in enumerate(steps, 1):
            words = step.split()
            who = words.pop(0) if words[0] in self.comp_ids else ""
            try:
                wrong = self.step(who, " ".join(words), message, fields)
            except TimeoutError:
                wrong = "nothing came"
            if wrong:
                return f"step {place}, {step} {message} {fields}: {wrong}"
        return ""

    def step(self, who: str, step: str, message: str, fields: str) -> str:
        """One step; what is wrong with it, or ""."""
        if step == "connect":
            if who in self.wires:
                self.wires[who].socket.close()
            self.wires[who] = Wire(self.port)
        elif step == "hang up":
            self.wires[who].socket.close()
            self.await_departure()
        elif step == "closed":
            heard = self.wires[who].hear()
            return f"heard {heard}" if heard else ""
        elif step == "hear":
            return differences(self.wires[who].hear(), message, fields)
        else:
            self.wires[who].socket.sendall(self.message(who, message, fields, step.partition(" ")[2]))
        return ""

    def await_departure(self) -> None:
        """Until the venue has seen that the connection is gone: a stranger's connection is closed after it."""
        wire = Wire(self.port)
        wire.socket.sendall(frame("FIX.4.4", [("35", "0"), ("34", "1")]))
        assert wire.hear() is None
        wire.socket.close()

    def message(self, who: str, message: str, fields: str, spoilt: str) -> bytes:
        """The message of a step."""
        name, number = message.split()
        words = fields.replace("order", ORDER).replace("symbol", f"55={self.symbol}").split()
        left_out = {word[1:] for word in words if word.startswith("!")}
        pairs = [(tag, value) for tag, sign, value in (word.partition("=") for word in words) if sign]
        pairs = [(tag, when(value) if tag in TIMES else value) for tag, value in pairs if tag not in left_out]
        last = dict(pairs)  # a field given anew replaces the order's own, given alike it stands there twice
        given = [(tag, value) for tag, value in pairs if last[tag] == value]
        kind = NAMES.get(name, name.removeprefix("?"))
        header = {"8": "FIX.4.4", "35": kind, "34": number, "49": self.comp_ids[who], "52": when("+0"), "56": "OUTCRY"}
        first = [(tag, value) for tag, value in given if tag in ("8", "43", "49", "52", "56", "115", "122", "128")]
        if given and given[0][0] == "97":
            first.append(given[0])
        header |= dict(first)
        header = {tag: value for tag, value in header.items() if tag not in left_out}
        body = [pair for pair in given if pair not in first]
        return frame(header.pop("8"), [*header.items(), *body], spoilt)


def when(text: str) -> str:
    """The UTCTimestamp so many seconds from now, with the digits of a fraction that stand after a point."""
    seconds, point, digits = text.partition(".")
    return f"{datetime.now(UTC) + timedelta(seconds=int(seconds)):%Y%m%d-%H:%M:%S}{point}{digits}"


def frame(begin: str, fields: list[tuple[str, str]], spoilt: str = "") -> bytes:
    """The fields as a message, as it should be or not."""
    if spoilt == "place":
        fields = [fields[1], fields[0], *fields[2:]]
    body = "".join(f"{tag}={value}\x01" for tag, value in fields)
    text = f"8={begin}\x019={len(body) - (spoilt == 'length')}\x01{body}".encode()
    return text + b"10=%03d\x01" % ((sum(text) + (spoilt == "checksum")) % 256)


def differences(heard: dict[str, str] | None, message: str, fields: str) -> str:
    """How a message differs from the one expected; "" if it does not."""
    if heard is None:
        return "the connection is closed"
    name, number = message.split()
    words, sign, text = fields.partition("58~")
    pairs = [("35", "=", NAMES[name]), ("34", "=", number), *(word.partition("=") for word in words.split())]
    pairs += [("58", "~", text)] if sign else []
    wrong = [f"{tag}{sign}{value}" for tag, sign, value in pairs if not fits(heard, tag, sign, value)]
    return f"not {' '.join(wrong)} in {heard}" if wrong else ""


def fits(heard: dict[str, str], tag: str, sign: str, value: str) -> bool:
    """Whether one expectation is met."""
    if tag.startswith("!"):
        return tag[1:] not in heard
    if sign == "~":
        return value in heard.get(tag, "")
    return tag in heard if not sign else heard.get(tag) == value


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What was wrong in each case, by heading; all are played at the same time."""
    folder = tmp_path_factory.mktemp("conformance")
    settings = write_settings(folder / "venue.toml", {"heartbeat_min_s": "1"}, INSTRUMENTS)
    options = ("--config", str(settings), "--dsn", NO_DATABASE, "--ack", "memory")
    with running(folder / "data", *options) as venue:
        table = cases()
        with ThreadPoolExecutor(len(table)) as pool:
            played = pool.map(lambda item: Player(venue.port, item[0]).play(item[1]), enumerate(table.values()))
            yield dict(zip(table, played, strict=True))


@pytest.mark.parametrize("case", list(cases()))
def test_the_venue_conforms_to_the_case(case: str, verdicts: dict[str, str]) -> None:
    assert verdicts[case] == ""
