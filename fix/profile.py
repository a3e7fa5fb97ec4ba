"""The rules of one FIX session that venues choose differently, with the defaults of RULES section 1."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from fix.kinds import ANY_GROUP_ORDER, ANY_SECTION_ORDER, EMPTY_VALUES, UNKNOWN_FIELDS, USER_FIELDS
from fix.schedule import Schedule

SECOND_NS = 1_000_000_000


class Resets(Enum):
    """What a Logon does to the sequence numbers (SES-23)."""

    ASKED = "asked"  # they begin again at 1 when the peer says ResetSeqNumFlag(141)=Y
    ALWAYS = "always"  # every Logon begins them again, and the reply says so with 141=Y (SES-05)
    REQUIRED = "required"  # a Logon without 141=Y is refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Settings of a session; times in seconds, shares of HeartBtInt(108) in percent."""

    heartbeat_min_s: int = 5  # SES-19; 0 also allows a session without heartbeats
    heartbeat_max_s: int = 60
    heartbeat_capped: bool = False  # True: a larger HeartBtInt is answered with heartbeat_max_s instead of refused
    test_request_percent: int = 120  # silence of this length is answered with a TestRequest (SES-18)
    disconnect_percent: int = 100  # and this much more ends the connection
    latency_max_s: int = 120  # SendingTime(52) may differ from our clock by this much (VAL-08)
    order_age_max_s: int = 0  # TransactTime(60) may be so long ago (VAL-08); 0: any time
    self_match_id: str = ""  # of orders without SelfMatchPreventionID(7928) (SFT-01); empty: none
    logon_wait_s: int = 10
    logout_wait_s: int = 10  # how long the reply to our Logout is awaited (SES-21)
    resets: Resets = Resets.ASKED
    schedule: Schedule | None = None  # None: at any time, and no reset but by Logon
    numbers_max: int = 0  # the session ends after this MsgSeqNum(34), and the next begins at 1; 0: never
    notices_s: tuple[int, ...] = (600, 60)  # News(B) so many seconds before a planned end (SES-28)
    resends: bool = True  # False: a ResendRequest is answered with one gap fill
    resend_batch_messages: int = 10  # messages read and resent in one loop turn (SES-26)
    held_messages_max: int = 10_000  # messages kept while a gap is open (SES-08)
    messages_per_s: int = 0  # application messages on average, cancels apart (SES-24); 0: without limit
    messages_at_once: int = 100  # and in a burst
    throttle_disconnects: bool = False  # True: breaking the limit ends the session instead of refusing the message
    validate_section_order: bool = True  # False: fields of header, body and trailer may be mixed (VAL-01)
    validate_group_order: bool = True  # False: members of a group's entry may follow its first in any order
    validate_values_present: bool = True  # False: fields may be empty
    validate_user_fields: bool = True  # False: tags from 5000 on may stand anywhere
    validate_other_fields: bool = True  # False: so may tags below that the dictionary does not have there

    @property
    def lenience(self) -> int:
        """What the parser shall let pass, in bits of fix.kinds."""
        choices = (
            (self.validate_section_order, ANY_SECTION_ORDER),
            (self.validate_group_order, ANY_GROUP_ORDER),
            (self.validate_values_present, EMPTY_VALUES),
            (self.validate_user_fields, USER_FIELDS),
            (self.validate_other_fields, UNKNOWN_FIELDS),
        )
        return sum(bit for validated, bit in choices if not validated)
