"""The venue's process, and the only module that knows every part: it starts them, keeps time, and ends them."""

from __future__ import annotations

import asyncio
import fcntl
import gc
import os
import resource
import signal
import sys
import traceback
from pathlib import Path

import uvloop

from engine.pages import stay_ahead
from engine.reasons import REFUSALS
from fix.profile import SECOND_NS
from gateway.announcement import announce, write_client_settings
from gateway.connections import Connections
from gateway.control import ControlServer
from gateway.desk import Desk
from gateway.dictionaries import DICTIONARY, load_dictionary
from gateway.disk_watch import entry_reason, room
from gateway.problems import SettingsError
from gateway.projector import ProjectorProcess
from gateway.recovering import RecoveryLine
from gateway.settings import Settings
from gateway.snapshotter import Retention, Snapshotter
from gateway.tls import HANDSHAKE_S_MAX, server_context
from gateway.venue import Venue
from persistence.errors import DeterminismError, JournalError
from persistence.journal import Journal
from persistence.projection import Progress

TICK_S = 0.1
CALM_S = 0.001
TICK_S_MIN = 0.005
WATCH_S = 1.0
DAY_S = 86_400
CLOSING_S_MAX = 3.0
OPEN_FILES = 16_384


def run(settings: Settings) -> int:
    """Run the venue until SIGINT or SIGTERM; the process's exit code: 0, or 1 if the journal could not be written."""
    data_dir = settings.venue.data_dir.resolve()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise SettingsError([f"venue.data_dir: {data_dir}: {error.strerror}"]) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SettingsError([f"venue.data_dir: another venue runs in {data_dir}"]) from None
    _allow_open_files()
    stay_ahead()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            return runner.run(App(settings, data_dir).serve())
        except (JournalError, DeterminismError) as error:
            raise SettingsError([f"venue.data_dir: {error}"]) from None


def _allow_open_files() -> None:
    """Each connection is an open file: as many as OPEN_FILES, or what the system lets a user have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class App:
    """One run of the venue."""

    def __init__(self, settings: Settings, data_dir: Path) -> None:
        self._settings = settings
        self._data_dir = data_dir
        self._journal_dir = data_dir / "journal"
        self._stop = asyncio.Event()
        self._ends_ns = 0
        self._ended = False  # nothing becomes durable any more
        self._exit_code = 0
        self._connections: Connections
        self._venue: Venue
        self._journal: Journal

    async def serve(self) -> int:
        """Start every part, wait for the end, end every part."""
        settings = self._settings
        loop = asyncio.get_running_loop()
        dictionary = load_dictionary(settings.fix)
        projector = ProjectorProcess(settings, self._data_dir, self._journal_dir)
        self._journal = Journal(self._journal_dir, settings.venue.ack_policy, settings.journal.segment_bytes)
        try:
            if settings.venue.ack_policy != "memory":
                projector.start()

            def end_soon(calm: bool) -> None:
                if calm:
                    loop.call_later(CALM_S, self._end_calm_turn)
                else:
                    loop.call_soon(self._end_turn)

            known = Progress.load(self._data_dir / "projection.json")
            self._journal.known_end = known.position if known.journal == self._journal.salt.hex() else 0
            line = RecoveryLine(self._journal.size_bytes)
            self._venue = Venue(settings, dictionary, self._journal, end_soon, self._failed, line.tell)
            line.end(self._venue.start, self._venue.replayed)
            snapshotter = self._snapshotter()
            self._connections = Connections(self._venue, log)
            server = await self._listen(loop)
            port = server.sockets[0].getsockname()[1]
            control = ControlServer(Desk(self._venue, port, projector.database, snapshotter), self._control_path())
            await control.start()
            self._watch_disk()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, self._asked_to_end)
            self._announce(port, projector)
            gc.collect()
            gc.freeze()
            await self._keep_time(projector, snapshotter)
            snapshotter.stop()
            server.close()
            if self._exit_code == 0:
                await self._part()
            await control.close()
            self._connections.admission.close()
            self._end_last_turn()
        finally:
            self._journal.close()
            await projector.stop()
        return self._exit_code

    def _end_turn(self) -> None:
        if not self._ended:
            self._venue.dispatcher.end_turn()

    def _end_calm_turn(self) -> None:
        if not self._ended:
            self._venue.dispatcher.end_calm_turn()

    def _end_last_turn(self) -> None:
        """What somebody still waited to hear becomes durable; whoever is still there is cut off."""
        dispatcher = self._venue.dispatcher
        dispatcher.begin_turn()
        dispatcher.end_turn()
        self._ended = True
        self._connections.cut()

    def _snapshotter(self) -> Snapshotter:
        kept = self._settings.journal
        retention = Retention(
            -1 if kept.keep_bytes is None else kept.keep_bytes, -1 if kept.keep_days is None else kept.keep_days * DAY_S
        )
        in_memory = self._settings.venue.ack_policy == "memory"
        every_bytes = 0 if in_memory else kept.snapshot_bytes
        return Snapshotter(self._journal.directory, self._data_dir / "projection.json", every_bytes, retention)

    def _control_path(self) -> Path:
        return self._settings.control.socket or self._data_dir / "control.sock"

    async def _listen(self, loop: asyncio.AbstractEventLoop) -> asyncio.Server:
        fix = self._settings.fix
        try:
            return await loop.create_server(
                self._connections.make,  # type: ignore[arg-type]  # a protocol by its methods
                fix.host,
                fix.port,
                backlog=1024,
                ssl=None if fix.tls is None else server_context(fix.tls),
                ssl_handshake_timeout=None if fix.tls is None else HANDSHAKE_S_MAX,
            )
        except OSError as error:
            # uvloop's own words repeat the address; what getaddrinfo says has a number below 0
            number = error.errno or 0
            why = os.strerror(number) if number > 0 else error.strerror or error
            raise SettingsError([f"fix.port: cannot listen on {fix.host}:{fix.port}: {why}"]) from None

    def _announce(self, port: int, projector: ProjectorProcess) -> None:
        client_settings = write_client_settings(self._data_dir, self._settings, port, DICTIONARY)
        for line in announce(self._settings, port, client_settings, self._control_path(), projector.describe()):
            print(line, flush=True)

    # -- time ---------------------------------------------------------------------------------------------------------

    def _watch_disk(self) -> None:
        """Close order entry while there is still room for cancels, and open it again (specs/journal.md)."""
        kept, venue = self._settings.journal, self._venue
        before = venue.entry_reason
        now = room(self._journal.directory)
        reason, value, limit = entry_reason(now, kept.size_bytes_max, kept.free_bytes_min, before)
        if reason != before:
            log(f"{REFUSALS[reason].text}: {value} bytes, limit {limit}" if reason else "new orders are let in again")
        venue.restrict_entry(reason, value, limit)

    async def _keep_time(self, projector: ProjectorProcess, snapshotter: Snapshotter) -> None:
        """Let time pass for every session until the venue is asked to stop."""
        waited_s = 0.0
        while not self._stop.is_set():
            wait_s = self._tick_s()
            try:
                await asyncio.wait_for(self._stop.wait(), wait_s)
            except TimeoutError:
                self._tick()
                projector.revive()
                snapshotter.tick(self._journal.position)
                waited_s += wait_s
                if waited_s >= WATCH_S:
                    waited_s = 0.0
                    self._watch_disk()

    def _tick_s(self) -> float:
        exchange = self._venue.exchange
        return tick_s(exchange.choices.pending_ms, exchange.next_expiry_ns - self._venue.clock.now_ns())

    def _asked_to_end(self) -> None:
        """End after the notice that the clients are given (SES-28); asked again, at once."""
        notice_s = self._settings.fix.closing_notice_s
        if self._ends_ns or not notice_s:
            self._stop.set()
            return
        self._ends_ns = self._venue.clock.now_ns() + notice_s * SECOND_NS
        self._connections.plan_end(self._ends_ns)

    def _tick(self) -> None:
        now_ns = self._venue.clock.now_ns()
        self._venue.tick(now_ns)
        self._connections.tick(now_ns)
        if 0 < self._ends_ns <= now_ns:
            self._stop.set()

    async def _part(self) -> None:
        """Log every session out and give the clients a moment to answer."""
        venue = self._venue
        self._connections.part(venue.clock.now_ns())
        ends = asyncio.get_running_loop().time() + CLOSING_S_MAX
        while any(peer.connection for peer in venue.peers) and asyncio.get_running_loop().time() < ends:
            await asyncio.sleep(TICK_S / 4)
            self._tick()

    def _failed(self, error: Exception) -> None:
        """Nothing more is acknowledged: every connection is cut, unanswered, and the process ends with 1."""
        if isinstance(error, JournalError):
            log(f"the venue stops: {error}")
        else:
            log("the venue stops: " + "".join(traceback.format_exception(error)))
        self._exit_code = 1
        self._connections.cut()
        self._stop.set()


def tick_s(pending_ms: int, due_in_ns: int) -> float:
    """Until the venue should look at its clock again: where requests are pending, soon enough to see each before it is
    due, and then when it is.
    """
    if not pending_ms:
        return TICK_S
    return max(min(TICK_S, pending_ms / 1_000, due_in_ns / 1_000_000_000), TICK_S_MIN)


def log(text: str) -> None:
    """One line for the operator."""
    print(text, file=sys.stderr, flush=True)
