"""The echoing acceptor over a real connection."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from admin.main import main
from gateway.echo import LENIENT, PROFILE, Acceptor, serve
from tests.fix.line import DICTIONARY, frame, show, values

ORDER = "11=X|21=1|55=AAPL|54=1|60=20231114-22:13:20|38=100|40=2|44=10.00"
ECHO = "11=X|21=1|38=100|40=2|44=10.00|54=1|55=AAPL|60=20231114-22:13:20"
LOGON = "98=0|108=30"


class Client:
    """A peer at the other end of a connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def say(self, msg_type: str, number: int, fields: str, comp_id: str = "CLIENT") -> None:
        """Send one message."""
        now = time.strftime("%Y%m%d-%H:%M:%S", time.gmtime())
        self.writer.write(frame(f"35={msg_type}|34={number}|49={comp_id}|56=ECHO|52={now}|{fields}"))

    async def hear(self) -> str:
        """The next message; "" at the end of the connection."""
        message = b""
        while not message.endswith(b"\x01") or b"\x0110=" not in message:
            piece = await self.reader.read(1)
            if not piece:
                return ""
            message += piece
        assert values(message)[b"49"] == b"ECHO"
        return show(message)


def converse(talk: Callable[[Callable[[], Awaitable[Client]]], Awaitable[None]]) -> None:
    """Let `talk` connect clients to a new acceptor."""

    async def run() -> None:
        clients: list[Client] = []
        server = await serve(Acceptor(DICTIONARY, b"ECHO", {b"CLIENT": PROFILE, b"LENIENT": LENIENT}), 0)
        port = server.sockets[0].getsockname()[1]

        async def connect() -> Client:
            clients.append(Client(*await asyncio.open_connection("127.0.0.1", port)))
            return clients[-1]

        async with server:
            await talk(connect)
            for client in clients:
                client.writer.close()
                await client.writer.wait_closed()

    asyncio.run(run())


def test_an_order_comes_back_with_its_fields_in_order_of_their_tags() -> None:
    async def talk(connect: Callable[[], Awaitable[Client]]) -> None:
        client = await connect()
        client.say("A", 1, LOGON)
        client.say("D", 2, ORDER)
        assert await client.hear() == f"35=A|34=1|{LOGON}"
        assert await client.hear() == f"35=D|34=2|{ECHO}"

    converse(talk)


def test_a_missed_echo_is_sent_again() -> None:
    """SES-10, SES-11."""

    async def talk(connect: Callable[[], Awaitable[Client]]) -> None:
        client = await connect()
        client.say("A", 1, LOGON)
        client.say("D", 2, ORDER)
        client.say("2", 3, "7=1|16=0")
        heard = [await client.hear() for _ in range(4)]
        assert heard[2:] == ["35=4|34=1|43=Y|36=2|123=Y", f"35=D|34=2|43=Y|{ECHO}"]

    converse(talk)


def test_a_second_connection_of_the_same_peer_is_closed_and_the_first_goes_on() -> None:
    """SES-20."""

    async def talk(connect: Callable[[], Awaitable[Client]]) -> None:
        first, second = await connect(), await connect()
        first.say("A", 1, LOGON)
        assert await first.hear() == f"35=A|34=1|{LOGON}"
        second.say("A", 1, LOGON)
        assert await second.hear() == ""
        first.say("1", 2, "112=STILL HERE")
        assert await first.hear() == "35=0|34=2|112=STILL HERE"

    converse(talk)


def test_a_peer_that_left_may_come_again_with_new_numbers() -> None:
    async def talk(connect: Callable[[], Awaitable[Client]]) -> None:
        first = await connect()
        first.say("A", 1, LOGON)
        await first.hear()
        first.say("5", 2, "58=bye")
        assert await first.hear() == "35=5|34=2"
        assert await first.hear() == ""
        second = await connect()
        second.say("A", 1, LOGON)
        assert await second.hear() == f"35=A|34=1|{LOGON}"

    converse(talk)


@pytest.mark.parametrize(
    ("comp_id", "answer"),
    [("CLIENT", "35=3|34=2|45=2|58=Tag specified without a value|371=112|372=1|373=4"), ("LENIENT", "35=0|34=2|112=")],
)
def test_a_lenient_session_takes_fields_without_a_value(comp_id: str, answer: str) -> None:
    """SES-16: what is validated is a setting of the session."""

    async def talk(connect: Callable[[], Awaitable[Client]]) -> None:
        client = await connect()
        client.say("A", 1, LOGON, comp_id)
        await client.hear()
        client.say("1", 2, "112=", comp_id)
        assert await client.hear() == answer

    converse(talk)


def test_who_is_not_expected_is_cut_off_without_a_word() -> None:
    """SES-02."""

    async def talk(connect: Callable[[], Awaitable[Client]]) -> None:
        client = await connect()
        client.say("A", 1, LOGON, "STRANGER")
        assert await client.hear() == ""

    converse(talk)


def test_a_dictionary_that_cannot_be_used_is_named_with_the_place_of_its_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "FIX44.xml"
    file.write_text(
        "<fix major='4' minor='4'>\n <fields>\n  <field number='1' name='A' type='ODD'/>\n </fields>\n</fix>"
    )
    assert main(["echo", "--dictionary", str(file)]) == 2
    assert capsys.readouterr().err == f"outcry: {file}: <field number='1' name='A'>: unknown type ODD\n"


def test_a_port_that_is_taken_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "FIX44.xml"
    file.write_text("<fix major='4' minor='4'/>")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["echo", "--dictionary", str(file), "--fix-port", str(port)]) == 2
    assert capsys.readouterr().err == f"outcry: --fix-port {port}: Address already in use\n"
