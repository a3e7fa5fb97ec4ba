cimport cython
from engine.events cimport OrderEvent
from engine.gate cimport Gate
from engine.instrument cimport Instrument
from engine.order cimport Order, Origin, limit_ticks
from risk.bands cimport highest_ticks, lowest_ticks
from risk.breaker cimport Breaker
from risk.exposure cimport Firm, Position
from risk.limits cimport Limits

cdef int BUY, CANCEL, CANCELED, DONE, ENTERED, EXPIRE, EXPIRED, LIMIT, REPLACE, RESTATE, STOP_LIMIT, TRADE, TRADE_CANCEL, TRADE_CORRECT
cdef int TRADING
cdef long long NOTIONAL_MAX, PRICE_TICKS_MAX
cdef int BREAKER_HALT, GROSS_NOTIONAL_LIMIT, NET_NOTIONAL_LIMIT, NO_REASON, ORDER_NOTIONAL_LIMIT, ORDER_QUANTITY_LIMIT
cdef int POSITION_LIMIT, PRICE_ABOVE_COLLAR, PRICE_BELOW_COLLAR, TOO_MANY_OPEN_ORDERS

cdef class Listing:
    cdef public int number
    cdef public long long tick_value, defined_ticks, reference_ticks, auction_ticks
    cdef public Breaker breaker

cdef class Quota:
    cdef public long open_orders, open_orders_max

cdef class RiskGate(Gate):
    cdef public object limits
    cdef public list firms, listings, quotas, halts
    cdef public list _positions
    @cython.locals(origin=Origin, position=Position, listing=Listing, limits=Limits, side=cython.int, lots=cython.longlong,
                   ticks=cython.longlong, worth_ticks=cython.longlong, reference_ticks=cython.longlong, reason=cython.int)
    cpdef int check(self, Order order) except -1
    @cython.locals(more_lots=cython.longlong, origin=Origin, position=Position, listing=Listing, limits=Limits, reason=cython.int,
                   reference_ticks=cython.longlong, worth_ticks=cython.longlong, is_priced=cython.bint)
    cpdef int check_replace(
        self, Order order, long long quantity_lots, long long price_ticks, long long stop_ticks
    ) except -1
    @cython.locals(origin=Origin, position=Position, listing=Listing, limits=Limits, reason=cython.int, worth_ticks=cython.longlong)
    cpdef int check_elected(self, Order order) except -1
    cdef long long _protection_ticks(self, long long reference_ticks, Limits limits, int side)
    @cython.locals(limits=Limits, tick_value=cython.longlong, notional=cython.longlong, fits=cython.bint)
    cdef int _check_size(self, Position position, Listing listing, int side, long long lots, long long ticks) except -1
    @cython.locals(bound=cython.longlong)
    cdef int _check_collar(self, Limits limits, long long reference_ticks, long long ticks) except -1
    @cython.locals(limits=Limits, firm=Firm, worst=cython.longlong, bound=cython.longlong, growth=cython.longlong,
                   notional=cython.longlong)
    cdef int _check_exposure(self, Position position, int side, long long lots) except -1
    @cython.locals(quota=Quota)
    cdef int _check_open_orders(self, int session) except -1
    cdef int _refuse(self, Limits limits, int reason, long long value, long long limit) except -1
    cpdef object observe(self, object event)
    @cython.locals(kind=cython.int, more_lots=cython.longlong)
    cdef object _observe_order(self, OrderEvent event)
    @cython.locals(position=Position, more_lots=cython.longlong, was_lots=cython.longlong)
    cdef object _observe_correction(self, OrderEvent event)
    @cython.locals(quota=Quota)
    cdef int _opened(self, int session, int count) except -1
    @cython.locals(listing=Listing, breaker=Breaker)
    cdef int _observe_trade(self, OrderEvent event) except -1
    cpdef object follow_up(self)
    @cython.locals(row=list, position=Position)
    cpdef Position position(self, int firm, int instrument)
    cdef Listing _listing(self, int instrument)
    cdef Quota _quota(self, int session)
