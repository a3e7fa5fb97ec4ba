cimport cython
from engine.checks cimport may_rest
from engine.events cimport Tape
from engine.instrument cimport Instrument
from engine.order cimport Level, Order, Origin, Terms

cdef int BUY, CANCEL, FOK, IOC, LIMIT, MARKET_TO_LIMIT, STOP, STOP_LIMIT
cdef int STP_CANCEL_BOTH, STP_CANCEL_NEWEST, STP_CANCEL_OLDEST, STP_DECREMENT, STP_NONE
cdef int BELOW_MIN_QUANTITY, CANNOT_FILL, MARKET_TO_LIMIT_PRICED, POST_ONLY_REPRICED, SELF_TRADE, SELF_TRADE_DECREMENT, UNFILLED
cdef long long NO_KEY, NOTIONAL_MAX, PRICE_TICKS_MAX

cdef class Ladder:
    cdef public long long best
    cdef public int sign
    cdef public list levels
    @cython.locals(key=cython.longlong, place=Py_ssize_t, level=Level)
    cpdef int append(self, Order order) except -1
    @cython.locals(level=Level)
    cpdef int remove(self, Order order) except -1
    @cython.locals(levels=list, low=Py_ssize_t, high=Py_ssize_t, middle=Py_ssize_t, step=Py_ssize_t, level=Level)
    cdef Py_ssize_t _place(self, long long key)
    @cython.locals(level=Level)
    cdef Level _new_level(self, long long key)
    @cython.locals(count=Py_ssize_t, best=Level)
    cpdef void drop(self, Level level) except *

cdef class Book:
    cdef public Instrument instrument
    cdef public Tape tape
    cdef public Ladder bids, asks
    cdef public long long last_ticks
    cdef public long stop_count
    cdef public bint chooses
    cdef public object stops, call, choices, dice
    @cython.locals(opposite=Ladder, limit_key=cython.longlong, traded=cython.longlong)
    cpdef void enter(self, Order order) except *
    cdef int _end_unfilled(self, Order order, int reason) except -1
    @cython.locals(terms=Terms, shown_lots=cython.longlong)
    cpdef int rest(self, Order order) except -1
    @cython.locals(released_ticks=cython.longlong)
    cdef bint _price(self, Order order)
    @cython.locals(tape=Tape, origin=Origin, level=Level, resting=Order, price=cython.longlong, lots=cython.longlong)
    cdef int _match(self, Order order, Ladder opposite, long long limit_key) except -1
    @cython.locals(tape=Tape, mode=cython.int, lots=cython.longlong)
    cpdef void prevent(self, Order order, Level level, Order resting) except *
    cdef int _prevent_part(self, Order order, long long lots) except -1
    @cython.locals(wanted=cython.longlong, reason=cython.int)
    cdef bint _is_enough(self, Order order, Ladder opposite, long long limit_key) except -1
    @cython.locals(origin=Origin, left=cython.longlong, behind=cython.longlong, hidden_lots=cython.longlong, index=Py_ssize_t, level=Level, resting=Order)
    cdef bint _can_fill(self, Order order, Ladder opposite, long long limit_key, long long wanted)
    cpdef bint would_trade(self, Order order)
    @cython.locals(opposite=Ladder, ticks=cython.longlong)
    cpdef long long slide_ticks(self, Order order)
    @cython.locals(released_ticks=cython.longlong)
    cpdef int slide(self, Order order) except -1
    cpdef int cancel(self, Order order, int kind, int reason) except -1
    cpdef int remove(self, Order order) except -1
    @cython.locals(lots=cython.longlong, hidden_lots=cython.longlong, level=Level, terms=Terms)
    cpdef int reduce(self, Order order, long long quantity_lots) except -1
