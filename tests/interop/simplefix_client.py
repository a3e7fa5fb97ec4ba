"""simplefix, which knows messages and no sessions, driven by hand as a client that keeps its numbers."""

from __future__ import annotations

import queue
from collections.abc import Mapping

from tests.gateway.fix_client import FixClient
from tests.gateway.reports import Reports
from tests.interop.engine import Fields


class Inbox(queue.Queue[Fields]):
    """What came; who waits for more reads it from the connection."""

    def __init__(self, client: FixClient) -> None:
        super().__init__()
        self._client = client

    def get(self, block: bool = True, timeout: float | None = None) -> Fields:
        return super().get(block=False) if not self.empty() else self._client.receive()


class SimplefixClient:
    """A client whose every received message is checked: frame, CompIDs, numbers, copies, and what reports say."""

    def __init__(self, comp_id: str, port: int) -> None:
        self.comp_id = comp_id
        self.complaints: list[Fields] = []
        self.resend_requests = 0
        self._client = FixClient(port, comp_id)
        self.came: queue.Queue[Fields] = Inbox(self._client)
        self.reports = Reports()

    def start(self) -> None:
        self._client.log_on()
        if self._client.next_in <= self._client.highest:
            self.resend_requests += 1
            for message in self._client.recover():
                self.came.put(message)

    def return_anew(self) -> None:
        """By hand: whoever is logged out at the end of a period begins the next with a reset of its own."""
        assert self._client.receive()[35] == "5"
        self._client.send("5")
        assert self._client.is_cut_off()
        self._client.log_on(reset=True)

    def stop(self, force: bool = False) -> None:
        if force:
            self._client.hang_up()
        else:
            self._client.log_out()

    def send_fields(self, msg_type: str, fields: Mapping[int, str]) -> None:
        self._client.send(msg_type, fields)

    def close(self) -> None:
        """Hang up."""
        self._client.hang_up()
