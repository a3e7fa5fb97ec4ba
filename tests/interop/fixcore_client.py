"""PyPI's fixcore-engine, a FIX engine in Python alone, as an initiator in a thread of its own."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any

from fixcore.application import Application
from fixcore.message import Message
from fixcore.session.session_settings import SessionSettings
from fixcore.transport.initiator import SocketInitiator

from tests.gateway.reports import Reports
from tests.interop.engine import ANSWER_S_MAX, Fields, fields_of
from tests.interop.settings_file import write_settings_file


def _read(message: Message) -> Fields:
    return fields_of(message.encode().decode("latin-1"))


class FixcoreClient(Application):
    """One initiator over a file store."""

    def __init__(self, directory: Path, comp_id: str, port: int, dictionary: Path) -> None:
        self.comp_id = comp_id
        self.came: queue.Queue[Fields] = queue.Queue()
        self.reports = Reports()
        self.complaints: list[Fields] = []
        self.resend_requests = 0
        self._logons: queue.Queue[str] = queue.Queue()
        self._settings = SessionSettings.from_file(write_settings_file(directory, comp_id, port, dictionary))
        self._initiator: Any = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    # -- fixcore calls these

    def on_logon(self, session_id: Any) -> None:
        self._logons.put("on")

    def on_logout(self, session_id: Any) -> None:
        self._logons.put("out")

    def to_admin(self, message: Message, session_id: Any) -> None:
        sent = _read(message)
        self.resend_requests += sent[35] == "2"
        if sent[35] == "3":
            self.complaints.append(sent)

    def from_admin(self, message: Message, session_id: Any) -> None:
        received = _read(message)
        if received[35] == "3":
            self.came.put(received)

    def from_app(self, message: Message, session_id: Any) -> None:
        self.came.put(_read(message))

    # -- tests call these

    def start(self) -> None:
        async def make() -> None:
            self._initiator = SocketInitiator(self._settings, self)
            await self._initiator.start()

        self._do(make())
        self._await("on")

    def return_anew(self) -> None:
        self._await("on")

    def stop(self, force: bool = False) -> None:
        if not force:
            self._do(self._initiator.logout())
            self._await("out")
        self._do(self._initiator.stop())
        for session in self._initiator.sessions.values():
            self._loop.call_soon_threadsafe(session.close)

    def send_fields(self, msg_type: str, fields: Mapping[int, str]) -> None:
        message = Message()
        message.header.set(35, msg_type)
        for tag, value in fields.items():
            message.set_field(tag, value)
        (session,) = self._initiator.sessions.values()
        self._do(session.send_app(message))

    def close(self) -> None:
        """End the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(ANSWER_S_MAX)
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(ANSWER_S_MAX)

    def _await(self, what: str) -> None:
        while self._logons.get(timeout=ANSWER_S_MAX) != what:
            pass
