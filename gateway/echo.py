"""An acceptor whose application sends back what it receives: the session layer alone, for scripts to talk to.

It remembers nothing between connections: every Logon begins with fresh sequence numbers.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from fix.codec import GARBLED, INCOMPLETE, Message, Parser
from fix.dictionary import Dictionary, DictionaryError, GroupSpec
from fix.kinds import BODY, SECTION_MASK
from fix.outbox import JOURNAL, RESTARTED, WIRE
from fix.profile import SECOND_NS, Profile
from fix.session import AWAY, DELIVER, DISCONNECT, HANDLED, Session
from fix.state import State
from fix.writer import Writer, prefix
from gateway.problems import SettingsError

ECHOED = frozenset((b"D", b"d", b"C"))
PROFILE = Profile(heartbeat_min_s=1, logout_wait_s=2)
LENIENT = replace(PROFILE, validate_values_present=False)
KEPT_MAX = 100_000
"""Messages that can be sent again, and orders known again, of one connection."""


class Memory:
    """The Outbound port over a dict, of the latest messages; older ones are gap filled."""

    def __init__(self) -> None:
        self.messages: dict[int, bytes] = {}

    def keep(self, entries: list[tuple[int, int, bytes]]) -> None:
        """Remember what was said, since the last reset."""
        for kind, number, message in entries:
            if kind == RESTARTED:
                self.messages.clear()
            elif kind & JOURNAL:
                self.messages[number] = message
                self.messages.pop(number - KEPT_MAX, None)

    def read(self, begin: int, end: int) -> Iterable[tuple[int, bytes]]:
        """The messages kept under these numbers."""
        return [(number, self.messages[number]) for number in range(begin, end + 1) if number in self.messages]


class Echo(asyncio.Protocol):
    """One connection of the acceptor."""

    def __init__(self, acceptor: Acceptor) -> None:
        self.acceptor = acceptor
        self.session: Session | None = None
        self.memory = Memory()
        self.orders: set[bytes | None] = set()
        self.rest = b""
        self.paused = False
        self.alarm: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for a Logon, for a while."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.alarm = asyncio.get_running_loop().call_later(PROFILE.logon_wait_s, transport.close)

    def pause_writing(self) -> None:
        """The peer does not read; neither do we, for a while."""
        self.paused = True
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        """The peer reads again."""
        self.paused = False
        if not self.transport.is_closing():
            self.transport.resume_reading()
        self.wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let the identity log on again."""
        if self.alarm:
            self.alarm.cancel()
        if self.session:
            self.session.disconnected()
            self.acceptor.live.discard((self.session.sender, self.session.target))

    def data_received(self, data: bytes) -> None:
        """Handle all whole messages, then say what there is to say."""
        now_ns = time.time_ns()
        parser = self.acceptor.parser
        buffer = self.rest + data
        position = 0
        action = HANDLED
        while action != DISCONNECT:
            parser.lenience = self.session.lenience if self.session else LENIENT.lenience
            position = parser.parse(buffer, position)
            if parser.outcome == INCOMPLETE:
                break
            action = self.garbled() if parser.outcome == GARBLED else self.message(parser.message, now_ns)
        self.rest = buffer[position:]
        self.turn(action)

    def garbled(self) -> int:
        """Ignore it (SES-15), but as a first message (SES-01)."""
        return HANDLED if self.session else DISCONNECT

    def message(self, message: Message, now_ns: int) -> int:
        """Receive a message and those it sets free."""
        session = self.session = self.session or self.acceptor.admit(message, self.memory, now_ns)
        if session is None:
            return DISCONNECT
        action = self.receive(session, message, now_ns)
        while action != DISCONNECT and (held := session.take_held()) is not None:
            self.acceptor.parser.lenience = session.lenience
            self.acceptor.parser.parse(held, 0)
            action = self.receive(session, self.acceptor.parser.message, now_ns)
        return action

    def receive(self, session: Session, message: Message, now_ns: int) -> int:
        """One message through session and application."""
        action = session.receive(message, now_ns)
        if action == DELIVER:
            again = message.boolean(97) and message.get(11) in self.orders
            if len(self.orders) < KEPT_MAX:
                self.orders.add(message.get(11))
            if not again:
                for tag, value in body(message):
                    self.acceptor.writer.field(prefix(tag), value)
                session.send(message.msg_type, now_ns, b"97=Y\x01" if message.boolean(97) else b"")
        return action

    def turn(self, action: int) -> None:
        """End a loop turn: keep what was said, write it, and see to what comes next."""
        session = self.session
        if session:
            entries = session.drain()
            self.memory.keep(entries)
            self.transport.write(b"".join(message for kind, _, message in entries if kind & WIRE))
        if action == DISCONNECT:
            self.transport.close()
        elif session and session.stage != AWAY:
            self.watch(session)

    def watch(self, session: Session) -> None:
        """Come back when the session has something to do by itself."""
        if self.alarm:
            self.alarm.cancel()
        wait_s = 0.0 if session.resending and not self.paused else (session.next_tick_ns - time.time_ns()) / SECOND_NS
        self.alarm = asyncio.get_running_loop().call_later(max(0.0, wait_s), self.wake)

    def wake(self) -> None:
        """Let time pass for the session."""
        session = self.session
        if session and not self.transport.is_closing():
            action = session.tick(time.time_ns())
            self.turn(action)
            if action == HANDLED and session.resending and not self.paused:
                session.resume_resend(time.time_ns())
                self.turn(HANDLED)


class Acceptor:
    """What the connections share: one parser, one writer, and who is logged on; `profiles` are the peers it knows."""

    def __init__(self, dictionary: Dictionary, sender: bytes, profiles: dict[bytes, Profile]) -> None:
        self.parser = Parser(dictionary)
        self.writer = Writer()
        self.sender = sender
        self.profiles = profiles
        self.live: set[tuple[bytes, bytes]] = set()

    def admit(self, message: Message, memory: Memory, now_ns: int) -> Session | None:
        """A session for the first message of a connection; None for one of a stranger (SES-02), or while the peer is
        logged on elsewhere (SES-20).
        """
        identity = (self.sender, message.get(49) or b"")
        profile = self.profiles.get(identity[1])
        if profile is None or identity in self.live:
            return None
        self.live.add(identity)
        session = Session(*identity, profile, State(), self.writer, memory, ECHOED)
        session.connected(now_ns)
        return session


def body(message: Message) -> Iterator[tuple[int, bytes]]:
    """The body's fields in ascending order of their tags, the members of a repeating group behind its count."""
    assert message.spec is not None
    blocks: list[list[tuple[int, bytes]]] = []
    members: frozenset[int] = frozenset()
    for tag, value in message.fields():
        if tag in members:
            blocks[-1].append((tag, value))
        elif message.spec.codes[tag] & SECTION_MASK == BODY:
            blocks.append([(tag, value)])
            members = frozenset(inside(message.spec.groups.get(tag)))
    for block in sorted(blocks):
        yield from block


def inside(group: GroupSpec | None) -> Iterator[int]:
    """The tags of a group and of the groups in it."""
    if group:
        yield from group.members
        for inner in group.groups.values():
            yield from inside(inner)


async def serve(acceptor: Acceptor, port: int) -> asyncio.Server:
    """Listen on the loopback interface; port 0 takes a free one."""
    return await asyncio.get_running_loop().create_server(lambda: Echo(acceptor), "127.0.0.1", port)


def echo(fix_port: int, dictionary: Path, sender: str, targets: Sequence[str], lenient: Sequence[str]) -> None:
    """Serve until SIGINT or SIGTERM, having said where; SettingsError for a dictionary or a port that cannot be used.

    `targets` are the peers' CompIDs, and `lenient` those of peers that may leave fields empty.
    """
    try:
        known = Dictionary.load(dictionary)
    except DictionaryError as error:
        raise SettingsError([str(error)]) from None
    profiles = dict.fromkeys(map(str.encode, targets), PROFILE) | dict.fromkeys(map(str.encode, lenient), LENIENT)
    asyncio.run(run(Acceptor(known, sender.encode(), profiles), fix_port))


async def run(acceptor: Acceptor, port: int) -> None:
    """Listen until a signal comes."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        server = await serve(acceptor, port)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise SettingsError([f"--fix-port {port}: {why}"]) from None
    print(f"echoing on 127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await stop.wait()
    server.close()
