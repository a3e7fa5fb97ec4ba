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
