cimport cython
from cpython.object cimport PyObject
from engine.checks cimport may_rest
from engine.events cimport Tape
from engine.instrument cimport Instrument
from engine.order cimport Level, Order, Origin, Terms, filled_lots, is_own, new_level

cdef int BUY, CANCEL, FOK, IOC, LIMIT, MARKET_TO_LIMIT, STOP, STOP_LIMIT
cdef int STP_CANCEL_OLDEST, STP_DECREMENT, STP_NONE
cdef int BELOW_MIN_QUANTITY, CANNOT_FILL, MARKET_TO_LIMIT_PRICED, POST_ONLY_REPRICED, UNFILLED
cdef Py_ssize_t SPARE_LEVELS_MAX
cdef long long NO_KEY, NOTIONAL_MAX, PRICE_TICKS_MAX

cdef extern from "Python.h":
    PyObject* PyList_GET_ITEM(list items, Py_ssize_t place)

cdef inline long long key_at(list levels, Py_ssize_t place) noexcept:
    return (<Level> PyList_GET_ITEM(levels, place)).key

cdef class Ladder:
    cdef public long long best
    cdef public int sign
    cdef public Py_ssize_t count
    cdef public list _levels
    @cython.locals(key=cython.longlong, place=Py_ssize_t, level=Level)
    cpdef int append(self, Order order) except -1
    @cython.locals(level=Level)
    cpdef int remove(self, Order order) except -1
    @cython.locals(levels=list, low=Py_ssize_t, high=Py_ssize_t, middle=Py_ssize_t, step=Py_ssize_t)
    cdef Py_ssize_t _place(self, long long key) except -1
    cpdef Level top(self)
    @cython.locals(levels=list, level=Level)
    cdef Level _open(self, Py_ssize_t place, long long key)
    @cython.locals(levels=list, count=Py_ssize_t)
    cpdef object drop(self, Level level)

cdef class Book:
    cdef public Instrument instrument
    cdef public Tape tape
    cdef public Ladder bids, asks
    cdef public long long last_ticks
    cdef public long stop_count
    cdef public bint chooses
    cdef public object stops, call, choices, dice
    @cython.locals(opposite=Ladder, limit_key=cython.longlong, traded=cython.longlong)
    cpdef object enter(self, Order order)
    cdef int _end_unfilled(self, Order order, int reason) except -1
    @cython.locals(terms=Terms, shown_lots=cython.longlong)
    cpdef int rest(self, Order order) except -1
    @cython.locals(released_ticks=cython.longlong)
    cdef bint _price(self, Order order) except -1
    @cython.locals(tape=Tape, origin=Origin, level=Level, resting=Order, price=cython.longlong, lots=cython.longlong)
    cdef int _match(self, Order order, Ladder opposite, long long limit_key) except -1
    @cython.locals(wanted=cython.longlong, reason=cython.int)
    cdef bint _is_enough(self, Order order, Ladder opposite, long long limit_key) except -1
    @cython.locals(origin=Origin, left=cython.longlong, behind=cython.longlong, hidden_lots=cython.longlong, index=Py_ssize_t, level=Level, resting=Order)
    cdef bint _can_fill(self, Order order, Ladder opposite, long long limit_key, long long wanted) except -1
    cpdef bint would_trade(self, Order order) except -1
    @cython.locals(opposite=Ladder, ticks=cython.longlong)
    cpdef long long slide_ticks(self, Order order)
    @cython.locals(released_ticks=cython.longlong)
    cpdef int slide(self, Order order) except -1
    cpdef int cancel(self, Order order, int kind, int reason) except -1
    cpdef int remove(self, Order order) except -1
    @cython.locals(lots=cython.longlong, hidden_lots=cython.longlong, level=Level, terms=Terms)
    cpdef int reduce(self, Order order, long long quantity_lots) except -1
