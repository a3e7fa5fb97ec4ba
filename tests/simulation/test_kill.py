"""kill -9 of the venue while clients trade: nothing acknowledged is lost, nothing is said twice."""

from __future__ import annotations

from random import Random

from tests.gateway.venue_process import VenueProcess
from tests.simulation.crowd import Crowd
from tests.simulation.reckoning import reckon

KILLS = 20
TRADERS = 4
MESSAGES_MAX = 1_200  # heard in one life of the venue


def test_a_venue_killed_twenty_times_under_load_loses_nothing_and_says_nothing_twice(
    venue: VenueProcess, seed: int
) -> None:
    """SES-22, AUD-02, AUD-03, RSK-06: clients come back without ResetSeqNumFlag and recover by ResendRequest."""
    random = Random(seed)
    with Crowd(venue, random, TRADERS) as crowd:
        for _ in range(KILLS):
            crowd.connect()
            crowd.trade(random.randrange(1, MESSAGES_MAX))
            random.choice((crowd.miss_word, crowd.speak_to_nobody))()
            venue.kill()
            crowd.lose_venue()
            venue.start()
        crowd.connect()
        crowd.trade(MESSAGES_MAX)
        crowd.settle()
        reckon(crowd)
        assert crowd.recovered() > 0, "no client ever missed a report: this proved nothing"
        assert crowd.asked_for() > 0, "the venue never missed a request: this proved nothing"
