"""A client of a real venue that does not read what it is sent (SES-25)."""

from __future__ import annotations

from pathlib import Path

from tests.gateway.fix_client import FixClient
from tests.gateway.venue_process import NO_DATABASE, running, write_settings

REQUESTS = 8_000
TRADES_AT_ONCE = 100
TRADES_MAX = 50_000


def test_a_client_that_does_not_read_is_cut_off_and_others_go_on(tmp_path: Path) -> None:
    """SES-25: the limit is outbound_bytes_max, beyond what the operating system keeps; what was missed waits."""
    config = write_settings(tmp_path / "venue.toml", {"outbound_bytes_max": "65_536"})
    with (
        running(tmp_path / "var", "--config", str(config), "--dsn", NO_DATABASE) as venue,
        FixClient(venue.port, "SLOW") as slow,
        FixClient(venue.port, "ALICE") as alice,
    ):
        slow.receive_buffer_bytes = 4_096
        slow.log_on()
        slow.enter("S1", "buy", 500_000, "150.00")
        assert slow.receive("8")[150] == "0"
        slow.write(b"".join(slow.encode("AF", {584: number, 585: 7}) for number in range(REQUESTS)))
        alice.log_on()
        trades = 0
        while venue.ask("sessions")["sessions"][0]["connected"]:
            assert trades < TRADES_MAX, "the venue keeps everything for a client that does not read"
            orders = (alice.order(f"A{trades + number}", "sell", 1, "150.00") for number in range(TRADES_AT_ONCE))
            alice.write(b"".join(orders))
            assert [report[150] for report in alice.reports_of(2 * TRADES_AT_ONCE)] == ["0", "F"] * TRADES_AT_ONCE
            trades += TRADES_AT_ONCE
        assert "bytes waited to be read by the client" in venue.log.read_text()
        slow.receive_buffer_bytes = 0
        slow.log_on()
        missed = slow.recover()
        assert sum(message[150] == "F" for message in missed) == trades
        assert sum(message[150] == "I" for message in missed) == REQUESTS
