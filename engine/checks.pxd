cimport cython
from engine.commands cimport EnterOrder, ReplaceOrder
from engine.instrument cimport Instrument
from engine.order cimport Order, Terms, limit_ticks

cdef int ALL_OR_NONE, AT_THE_CLOSE, AT_THE_OPENING, BUY, CANCEL_ON_FAILURE, CANCEL_ON_HALT, DAY, FOK, GTC, GTD, ICEBERG_PARTS_MAX, IOC, LIMIT, MARKET, MARKET_TO_LIMIT, MASS_ALL, MASS_SYMBOL
cdef int POST_ONLY, SELL, STAY_IN_HALT, STOP, STOP_LIMIT, TRADING
cdef int ALL_OR_NONE_REFUSED, AUCTION_TERMS, DISPLAY_NOT_ALLOWED, DISPLAY_OUT_OF_RANGE, EXPIRY_MISSING, EXPIRY_NOT_ALLOWED, EXPIRY_PAST
cdef int MIN_QUANTITY_NOT_ALLOWED, MIN_QUANTITY_OUT_OF_RANGE, POST_ONLY_NOT_ALLOWED, STOP_PRICE_MISSING
cdef int STOP_PRICE_NOT_ALLOWED, STOP_PRICE_OUT_OF_RANGE, TOO_MANY_PARTS
cdef long long NS_PER_MS, NOTIONAL_MAX, PRICE_TICKS_MAX, QUANTITY_LOTS_ALWAYS, QUANTITY_LOTS_MAX
cdef int NO_REASON, NOTIONAL_TOO_LARGE, ORDER_ID_MISMATCH, PRICE_NOT_POSITIVE, PRICE_TOO_LARGE
cdef int ORDER_MODIFIED, QUANTITY_NOT_POSITIVE, QUANTITY_TOO_LARGE, SIDE_CHANGED, SYMBOL_CHANGED, TOO_LATE, TYPE_CHANGED, UNKNOWN_ORDER
cdef int UNKNOWN_SYMBOL, UNSUPPORTED_INSTRUCTION, UNSUPPORTED_SIDE, UNSUPPORTED_ORD_TYPE, UNSUPPORTED_TIME_IN_FORCE

@cython.locals(reason=cython.int, is_plain=cython.bint)
cpdef int entry_defect(EnterOrder command, Instrument instrument) noexcept
cpdef bint ord_type_known(int ord_type) noexcept
cpdef bint may_rest(int time_in_force) noexcept
cpdef int terms_defect(
    int ord_type, int time_in_force, int exec_inst, long long quantity_lots, Terms terms, long long time_ns
) noexcept
@cython.locals(old=Terms)
cpdef bint same_place(Terms terms, Order order) noexcept
cpdef bint time_in_force_known(int time_in_force) noexcept
cpdef bint is_bound(int time_in_force) noexcept
cpdef bint is_timed_plainly(int time_in_force) noexcept
cpdef int instruction_defect(int exec_inst) noexcept
cpdef int bounds_defect(int ord_type, long long quantity_lots, long long price_ticks) noexcept
@cython.locals(reason=cython.int)
cpdef int replace_defect(ReplaceOrder command, Order order) noexcept
cpdef bint keeps_priority(ReplaceOrder command, Order order) noexcept
cpdef int identity_defect(Order order, long long order_id, int instrument, int side) noexcept
cpdef int request_defect(Order order, long long order_id, int instrument, int side) noexcept
@cython.locals(time_ms=cython.longlong, is_version=cython.bint)
cpdef int version_defect(Order order, long long orig_mod_ns, long long time_ns) noexcept
cpdef int scope_defect(int request_type, bint known, int unsupported) noexcept
