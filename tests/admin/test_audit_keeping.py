"""`outcry audit verify` and `restore-journal`, against a real venue that has traded."""

from __future__ import annotations

from pathlib import Path

from tests.admin.conftest import Outcry
from tests.admin.test_audit import Audit, audit  # noqa: F401  # a fixture


def test_verify_proves_that_all_is_as_the_venue_wrote_it(audit: Audit) -> None:  # noqa: F811
    """AUD-05."""
    verdict = audit.json("verify")
    assert verdict["holds"]
    assert verdict["rows"] > 20
    assert audit.json("verify", "--anchor", verdict["chain"])["holds"]
    assert "all as the venue wrote it" in audit("verify").out


def test_verify_says_no_where_the_anchor_is_not_in_the_chain(audit: Audit) -> None:  # noqa: F811
    said = audit("verify", "--anchor", "ab" * 32)
    assert said.code == 1
    assert "NOT what the venue wrote" in said.out
    assert audit("verify", "--anchor", "abc").code == 2


def test_the_journal_is_written_back_only_where_none_is(audit: Audit, tmp_path: Path) -> None:  # noqa: F811
    dsn = audit.day.venue.ask("status")["postgres"]["dsn"]
    journal = audit.day.venue.data_dir / "journal"
    assert "holds a journal" in audit("restore-journal", "--dsn", dsn).err
    said = audit("restore-journal", "--dsn", dsn, "--to", str(tmp_path))
    assert said.code == 0, said.err
    (back,) = tmp_path.glob("*.journal")
    length = int(str(audit.json("verify")["bytes"]))
    assert back.read_bytes()[:length] == (journal / back.name).read_bytes()[:length]
    assert (tmp_path / "identity").read_text() == (journal / "identity").read_text()


def test_without_a_database_nothing_can_be_restored(outcry: Outcry) -> None:
    assert "does not exist: name the audit's PostgreSQL with --dsn" in outcry("audit", "restore-journal").err


def test_why_a_refused_order_was_refused_names_what_was_compared(audit: Audit) -> None:  # noqa: F811
    """RSK-11."""
    said = audit("why", "B2", "--session", "BOB")
    assert "price above collar" in said.out.replace("_", " ")
    assert "compared" in said.out
    (refusal,) = audit.json("why", "B2", "--session", "BOB")["refusals"]
    assert (refusal["rule"], refusal["value"], refusal["version"]) == ("price_above_collar", "300.00", 1)
    assert refusal["limits"]["who"]


def test_an_orders_fate_queue_and_picture(audit: Audit, tmp_path: Path) -> None:  # noqa: F811
    order = audit.day.orders["A1"]
    assert "ahead         nobody" in audit("why", order).out
    assert audit.json("queue", order)[-1]["open"] == "50"
    drawn = audit("picture", "A2")
    assert "●" in drawn.out
    assert audit.json("picture", "A2")["around"][0]["low"] == "150.00"
    assert audit("picture", "A2", "--svg", str(tmp_path / "a.svg")).code == 0
    assert (tmp_path / "a.svg").read_text().startswith("<svg")
    assert audit("why", "NOBODY").code == audit("picture", "NOBODY").code == 2


def test_best_prices_a_client_and_the_day(audit: Audit) -> None:  # noqa: F811
    (best,) = audit.json("best", "AAPL")
    assert (best["bid"], best["bid_quantity"], best["ask"]) == ("149.90", "50", None)
    assert "149.90" in audit("best").out
    told = [row["event"] for row in audit.json("client", "BOB")]
    assert told[:2] == ["logged on", "new"]
    assert "rejected" in told
    assert "request rejected" in audit("client", "BOB").out
    day = audit.json("summary")
    assert {row["symbol"]: row["trades"] for row in day["symbols"]}["AAPL"] == 1
    assert "AAPL" in audit("summary").out
    assert audit("summary", "yesterday").code == 2


def test_no_day_goes_before_another_has_begun(audit: Audit, tmp_path: Path) -> None:  # noqa: F811
    assert audit.json("retire", "--keep-days", "1", "--to", str(tmp_path)) == []
