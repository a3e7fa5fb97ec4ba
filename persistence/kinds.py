"""What a journal record can be; each number here is in files for ever, so numbers are added and never reused.

A record is a head of RECORD_HEAD bytes (length of the rest u32, kind u8, code u8, flags u8, zero u8) and the rest:
a message: session u32, MsgSeqNum i64, time_ns i64, the raw bytes; a command: its number i64, its fields;
an event: its fields; a session's change: session u32, next number in i64, next out i64, time_ns i64, text.
All integers are little-endian.
"""

from typing import Final

from engine.choices import SetOrderChoices
from engine.commands import (
    CancelOrder,
    CancelOrders,
    Command,
    DefineInstrument,
    EndDay,
    EnterOrder,
    ExpireOrders,
    HaltInstrument,
    MassCancel,
    RegisterSession,
    ReplaceOrder,
    RequestMassStatus,
    RequestStatus,
    ResumeInstrument,
    SetLimits,
)
from engine.entry import RestrictEntry
from engine.events import AuctionEnded, DayEnded, Event, InstrumentChanged, MassCanceled, OrderEvent, RequestRejected
from engine.phase_commands import AdvancePhase, SetPhase, SetTradingRules
from engine.safeguard_commands import (
    AwaitReturn,
    CancelOnDisconnect,
    CancelOnFailure,
    ChangePassword,
    Kill,
    NoteReturn,
    Unkill,
)
from engine.trade_commands import CorrectTrade

RECORD_HEAD: Final = 8
MESSAGE_HEAD: Final = 20  # session, number and time before the raw bytes
BLOB_BYTES_MAX: Final = 65_535
RECORD_BYTES_MAX: Final = 2**31 - 1

# kind
INBOUND: Final = 1
OUTBOUND: Final = 2
COMMAND: Final = 3
EVENT: Final = 4
SESSION: Final = 5

# flags of an outbound message
RESENT: Final = 1  # a repetition (PossDupFlag): its number is not new

# code of a session's change: what happened to it besides its numbers
NUMBERS: Final = 0
CONNECTED: Final = 1
LOGGED_ON: Final = 2
LOGGED_OUT: Final = 3
DISCONNECTED: Final = 4
RESET: Final = 5  # both numbers begin again: what was sent before can no longer be resent

# code of a command and of an event
ENTER_ORDER: Final = 1
REPLACE_ORDER: Final = 2
CANCEL_ORDER: Final = 3
ENTER_IDENTIFIED: Final = 17  # the same with self_match after its other fields
REPLACE_VERSION: Final = 15  # the same with orig_mod_ns after their other fields
CANCEL_VERSION: Final = 16
COMMANDS: Final[dict[int, type[Command]]] = {
    ENTER_ORDER: EnterOrder,
    ENTER_IDENTIFIED: EnterOrder,
    REPLACE_ORDER: ReplaceOrder,
    CANCEL_ORDER: CancelOrder,
    REPLACE_VERSION: ReplaceOrder,
    CANCEL_VERSION: CancelOrder,
    4: MassCancel,
    5: RequestStatus,
    6: RequestMassStatus,
    7: RegisterSession,
    8: DefineInstrument,
    9: SetLimits,
    10: HaltInstrument,
    11: ResumeInstrument,
    12: CancelOrders,
    13: EndDay,
    14: ExpireOrders,
    20: SetTradingRules,
    21: SetPhase,
    22: AdvancePhase,
    30: Kill,
    31: Unkill,
    32: AwaitReturn,
    33: NoteReturn,
    34: CancelOnDisconnect,
    35: ChangePassword,
    36: CancelOnFailure,
    40: SetOrderChoices,
    50: RestrictEntry,
    55: CorrectTrade,
}
ORDER_EVENT: Final = 1
REQUEST_REJECTED: Final = 2
EVENTS: Final[dict[int, type[Event]]] = {
    ORDER_EVENT: OrderEvent,
    REQUEST_REJECTED: RequestRejected,
    3: MassCanceled,
    4: InstrumentChanged,
    5: DayEnded,
    10: AuctionEnded,
}
