"""Every ExecutionReport(8) that a venue ever told, from its journal, through the checker (tests.gateway.reports).

Whoever was told, a client of ours, QuickFIX in C++, a fuzzer, a load test or nobody who was there: the journal has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from persistence.inspection import frames, raw_records
from persistence.kinds import MESSAGE_HEAD, OUTBOUND, RESENT
from tests.gateway.reports import Report, Reports, check_alone

SAME = (6, 11, 14, 17, 31, 32, 37, 38, 39, 44, 54, 55, 150, 151, 527)
"""What a drop copy repeats of the report it is a copy of."""


def check_told(journal: Path, reports_max: int | None = None) -> int:
    """AssertionError where a report is wrong in itself or does not follow from those before; how many were looked at.

    Of a journal whose beginning has been removed each report is looked at alone. No journal is nothing told.
    """
    if not (journal / "identity").exists():
        return 0
    is_whole = next((frame.first == 1 for frame in frames(journal)), False)
    checker, told, count = Reports(), dict[str, Report](), 0
    for report in islice(reports_of(journal), reports_max):
        count += 1
        first = told.setdefault(report[17], report) if report[17] != "0" else report
        if first[56] != report[56]:
            assert [report.get(tag) for tag in SAME] == [first.get(tag) for tag in SAME], "a drop copy is a copy"
        elif is_whole:
            checker.see(report)
        else:
            check_alone(report)
    return count


def reports_of(journal: Path) -> Iterator[Report]:
    """All that were sent or are kept for who is away, as they were first, in their order."""
    for frame in frames(journal):
        for _, kind, _, flags, reader, length in raw_records(frame):
            if kind != OUTBOUND or flags & RESENT:
                continue
            reader.u32(), reader.i64(), reader.i64()
            fields = fields_of(reader.raw(length - MESSAGE_HEAD))
            if fields[35] == "8":
                yield fields


def fields_of(raw: bytes) -> dict[int, str]:
    """A message of the venue, in which no tag stands twice and no data field holds a SOH."""
    parts = (part.split("=", 1) for part in raw.decode("latin-1").split("\x01")[:-1])
    return {int(tag): value for tag, value in parts}
