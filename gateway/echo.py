"""An acceptor whose application sends back what it receives: the session layer alone, for scripts to talk to.

It remembers nothing between connections: every Logon begins with fresh sequence numbers.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from fix.codec import GARBLED, INCOMPLETE, Message, Parser
from fix.dictionary import Dictionary, GroupSpec
from fix.kinds import BODY, SECTION_MASK
from fix.outbox import JOURNAL, RESTARTED, WIRE
from fix.profile import SECOND_NS, Profile
from fix.session import AWAY, DELIVER, DISCONNECT, HANDLED, Session
from fix.state import State
from fix.writer import Writer, prefix

ECHOED = frozenset((b"D", b"d", b"C"))
PROFILE = Profile(heartbeat_min_s=1, logout_wait_s=2)


class Memory:
    """The Outbound port over a dict."""

    def __init__(self) -> None:
        self.messages: dict[int, bytes] = {}

    def keep(self, entries: list[tuple[int, int, bytes]]) -> None:
        """Remember what was said, since the last reset."""
        for kind, number, message in entries:
            if kind == RESTARTED:
                self.messages.clear()
            elif kind & JOURNAL:
                self.messages[number] = message

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
        self.alarm: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for a Logon."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

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
        session = self.session = self.session or self.acceptor.admit(self.memory, now_ns)
        if session is None:
            return DISCONNECT
        action = self.receive(session, message, now_ns)
        while action != DISCONNECT and (held := session.take_held()) is not None:
            self.acceptor.parser.parse(held, 0)
            action = self.receive(session, self.acceptor.parser.message, now_ns)
        return action

    def receive(self, session: Session, message: Message, now_ns: int) -> int:
        """One message through session and application."""
        action = session.receive(message, now_ns)
        if action == DELIVER:
            again = message.boolean(97) and message.get(11) in self.orders
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
        wait_s = 0.0 if session.resending else (session.next_tick_ns - time.time_ns()) / SECOND_NS
        self.alarm = asyncio.get_running_loop().call_later(max(0.0, wait_s), self.wake)

    def wake(self) -> None:
        """Let time pass for the session."""
        session = self.session
        if session and not self.transport.is_closing():
            action = session.tick(time.time_ns())
            self.turn(action)
            if action == HANDLED and session.resending:
                session.resume_resend(time.time_ns())
                self.turn(HANDLED)


class Acceptor:
    """What the connections share: one parser, one writer, and who is logged on."""

    def __init__(self, dictionary: Dictionary, sender: bytes, target: bytes) -> None:
        self.parser = Parser(dictionary)
        self.writer = Writer()
        self.sender = sender
        self.target = target
        self.live: set[tuple[bytes, bytes]] = set()

    def admit(self, memory: Memory, now_ns: int) -> Session | None:
        """A session for the first message of a connection; None while its identity is logged on elsewhere (SES-20)."""
        identity = (self.sender, self.target)
        if identity in self.live:
            return None
        self.live.add(identity)
        session = Session(*identity, PROFILE, State(), self.writer, memory, ECHOED)
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


async def run(arguments: argparse.Namespace) -> None:
    """Serve until interrupted, having said where."""
    dictionary = Dictionary.load(arguments.dictionary)
    server = await serve(Acceptor(dictionary, arguments.sender.encode(), arguments.target.encode()), arguments.fix_port)
    print(f"echoing on 127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fix-port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--dictionary", type=Path, required=True, help="FIX 4.4 in QuickFIX's XML format")
    parser.add_argument("--sender", default="ISLD", help="the acceptor's CompID")
    parser.add_argument("--target", default="TW44", help="the peer's CompID")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
