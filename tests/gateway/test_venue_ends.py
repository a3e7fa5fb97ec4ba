"""A venue ends in order whatever its clients do meanwhile."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack

from loadtests.wire import Pen
from tests.gateway.venue_process import open_directory, running, write_settings

NO_DATABASE = "postgresql://nobody@127.0.0.1:1/none"
CHATTERERS = 3


def chatter(port: int, name: bytes) -> None:
    """Log on and send what is faulty until the connection is gone; never read, never log out."""
    pen = Pen(name, b"OUTCRY")
    with socket.create_connection(("127.0.0.1", port)) as wire:
        wire.sendall(pen.logon())
        while True:
            try:
                wire.sendall(pen.message(b"D", b"11=X\x01"))
            except OSError:
                return


def test_a_venue_ends_with_0_beside_clients_that_go_on_sending_what_is_faulty() -> None:
    """SES-25, AUD-02: what they still waited to hear becomes durable, and what comes later is not heard."""
    with ExitStack() as stack:
        path = stack.enter_context(open_directory())
        config = str(write_settings(path / "venue.toml", {"faulty_bytes_per_s": "0"}))
        venue = stack.enter_context(running(path / "var", "--dsn", NO_DATABASE, "--config", config))
        clients = [
            threading.Thread(target=chatter, args=(venue.port, b"EVIL%d" % number), daemon=True)
            for number in range(CHATTERERS)
        ]
        for client in clients:
            client.start()
        evil = f"EVIL{CHATTERERS - 1}"
        venue.wait_until(lambda: evil in str(venue.ask("sessions")), "they are logged on")
        assert venue.end() == 0
        for client in clients:
            client.join()
