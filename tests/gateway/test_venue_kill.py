"""The kill switch at a real venue: an operator's command, what clients hear, and what the audit keeps (KIL-01)."""

from __future__ import annotations

import pytest

from admin.main import main
from tests.gateway.conftest import MakeClient
from tests.gateway.fix_client import standing
from tests.gateway.venue_process import VenueProcess


@pytest.fixture
def types(venue: VenueProcess, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> object:
    """Types an `outcry` command; (exit code, what it printed)."""
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main([*arguments, "--data-dir", str(venue.data_dir)])
        out, err = capsys.readouterr()
        return code, out + err

    return run


def test_a_killed_session_loses_its_orders_and_enters_no_more(
    types: object, client: MakeClient, symbol: str, venue: VenueProcess
) -> None:
    """KIL-01: 150=4 for each order, then 103=0 with Text; F is still accepted; others trade on."""
    assert callable(types)
    alice, bob = client(), client()
    alice.enter("1", "buy", 100, "99.00", symbol=symbol, tag_59="1")
    alice.enter("2", "buy", 100, None, symbol=symbol, tag_40="3", tag_99="101.00")
    alice.reports_of(2)
    code, said = types("kill", "session", alice.comp_id, "--reason", "gone mad")
    assert (code, said) == (0, f"blocked: session {alice.comp_id}; canceled: 2 orders\n")
    assert [standing(r, (150, 378, 58)) for r in alice.reports_of(2)] == [("4", "8", "canceled by the kill switch")] * 2
    alice.enter("3", "buy", 100, "99.00", symbol=symbol)
    refused = alice.receive("8")
    assert standing(refused, (150, 39, 103, 58)) == ("8", "8", "0", "order entry is blocked by the operator")
    alice.cancel("4", "1", "buy", 100, symbol=symbol)
    assert alice.receive("9")[102] == "0"
    bob.enter("1", "buy", 100, "99.00", symbol=symbol)
    assert bob.receive("8")[150] == "0"
    [kill] = [row for row in venue.ask("status")["kills"] if row["name"] == alice.comp_id]
    assert (kill["scope"], kill["why"]) == ("session", "gone mad")
    assert f"session {alice.comp_id}: gone mad" in types("status")[1]
    assert types("unkill", "session", alice.comp_id)[0] == 0
    alice.enter("5", "buy", 100, "99.00", symbol=symbol)
    assert alice.receive("8")[150] == "0"


def test_the_audit_says_who_killed_whom_and_why(types: object, client: MakeClient, venue: VenueProcess) -> None:
    """KIL-01, PHA-06."""
    assert callable(types)
    alice = client()
    assert types("kill", "firm", alice.comp_id, "--reason", "ordered by phone")[0] == 0
    assert types("unkill", "firm", alice.comp_id, "--reason", "settled")[0] == 0

    def caught_up() -> bool:
        status = venue.ask("status")
        return bool(status["postgres"]["commands"] == status["journal"]["commands"])

    venue.wait_until(caught_up, "the audit catches up")
    said = types("audit", "actions", "--limit", "5", "--json")[1]
    assert '"kill"' in said
    assert '"ordered by phone"' in said
    assert '"unkill"' in said
    assert f'"target": "firm {alice.comp_id}"' in said


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (("kill", "session", "NOBODY", "--reason", "x"), "no session NOBODY is known here"),
        (("kill", "firm", "--reason", "x"), "give the name of a firm, a user or a session; the market has none"),
        (
            ("kill", "market", "ALL", "--reason", "x"),
            "give the name of a firm, a user or a session; the market has none",
        ),
        (("kill", "world", "--reason", "x"), "scope: "),
        (("kill", "market", "--reason", ""), "reason: is required"),
        (("unkill", "market"), "market is not blocked"),
    ],
)
def test_a_mistyped_kill_is_one_line_and_blocks_nobody(
    types: object, venue: VenueProcess, command: tuple[str, ...], error: str
) -> None:
    assert callable(types)
    before = venue.ask("status")["kills"]
    code, said = types(*command)
    assert (code, said.count("\n")) == (2, 1)
    assert error in said
    assert venue.ask("status")["kills"] == before
