"""The comparison of ack policies with naive stores: a glance at each, and histograms that lose nothing."""

from pathlib import Path

import pytest

from loadtests.histogram import Histogram, bucket, highest
from loadtests.policies import as_json, cells, compare


def test_a_histogram_keeps_every_value_within_its_width() -> None:
    for value in [*range(300), 10**5, 10**9, 10**12 + 7]:
        assert value <= highest(bucket(value)) <= value * 1.04
    ns = [1_000 * number for number in range(1, 1_001)]
    found = Histogram(ns[:500]) + Histogram(ns[500:])
    assert found.total == 1_000
    assert 500 <= found.at(0.5) <= 520
    assert sum(found.as_json().values()) == 1_000


@pytest.mark.parametrize("rate", [2_000])
def test_every_policy_and_naive_store_answers_what_it_is_offered(rate: int, tmp_path: Path) -> None:
    figures = compare((rate,), 1)
    assert {label: by_rate[rate].total for label, by_rate in figures.items()} == dict.fromkeys(figures, rate)
    assert len(figures) == 5
    assert as_json(figures)["venue, os"]["2000"]
    assert cells(Histogram()).startswith("not kept up")
