cimport cython
from engine.events cimport Tape
from engine.instrument cimport Instrument
from engine.order cimport Level, Order

cdef int BUY, CANCEL, DAY, FOK, GTC, LIMIT, STP_NONE, CANNOT_FILL, SELF_TRADE, UNFILLED
cdef long long NO_KEY

cdef class Ladder:
    cdef public long long best
    cdef public int sign
    cdef public list keys, levels
    cdef public dict by_price
    @cython.locals(price=object, level=Level)
    cpdef void append(self, Order order)
    @cython.locals(level=Level)
    cpdef void remove(self, Order order)
    @cython.locals(key=cython.longlong, level=Level)
    cdef Level _new_level(self, object price_ticks)
    @cython.locals(count=Py_ssize_t)
    cpdef void drop(self, Level level)

cdef class Book:
    cdef public Instrument instrument
    cdef public Tape tape
    cdef public Ladder bids, asks
    cdef public long long last_ticks
    @cython.locals(opposite=Ladder, limit_key=cython.longlong)
    cpdef void enter(self, Order order)
    @cython.locals(tape=Tape, level=Level, resting=Order, price=cython.longlong, lots=cython.longlong)
    cdef void _match(self, Order order, Ladder opposite, long long limit_key)
    @cython.locals(wanted=cython.longlong, index=Py_ssize_t, level=Level, resting=Order)
    cdef bint _can_fill(self, Order order, Ladder opposite, long long limit_key)
    cpdef void cancel(self, Order order, int kind, int reason)
    cpdef void remove(self, Order order)
    @cython.locals(lots=cython.longlong)
    cpdef void reduce(self, Order order, long long quantity_lots)
