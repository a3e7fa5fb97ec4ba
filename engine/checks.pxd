from engine.commands cimport EnterOrder, ReplaceOrder
from engine.instrument cimport Instrument
from engine.order cimport Order

cdef int BUY, DAY, FOK, GTC, IOC, LIMIT, MARKET, MASS_ALL, MASS_SYMBOL, SELL, TRADING
cdef long long NOTIONAL_MAX, PRICE_TICKS_MAX, QUANTITY_LOTS_MAX
cdef int HALTED_REPLACE, NO_REASON, NOT_TRADING, NOTIONAL_TOO_LARGE, ORDER_ID_MISMATCH, PRICE_NOT_POSITIVE, PRICE_TOO_LARGE
cdef int QUANTITY_NOT_POSITIVE, QUANTITY_TOO_LARGE, SIDE_CHANGED, SYMBOL_CHANGED, TOO_LATE, TYPE_CHANGED, UNKNOWN_ORDER
cdef int UNKNOWN_SYMBOL, UNSUPPORTED_INSTRUCTION, UNSUPPORTED_SIDE, UNSUPPORTED_ORD_TYPE, UNSUPPORTED_TIME_IN_FORCE

cpdef int entry_defect(EnterOrder command, Instrument instrument) noexcept
cpdef bint time_in_force_known(int time_in_force) noexcept
cpdef int bounds_defect(int ord_type, long long quantity_lots, long long price_ticks) noexcept
cpdef int replace_defect(ReplaceOrder command, Order order) noexcept
cpdef bint keeps_priority(ReplaceOrder command, Order order) noexcept
cpdef int request_defect(Order order, long long order_id, int instrument, int side) noexcept
cpdef int scope_defect(int request_type, bint known, int unsupported) noexcept
