cimport cython
from engine.events cimport Tape
from engine.order cimport Level, Order, Terms, is_own

cdef int STP_NONE

@cython.locals(resting=Order)
cpdef int sweep(object book, Order order, Level level) except -1
@cython.locals(wanted="long long", hidden_lots="long long", lots="long long", part="long long", resting=Order, terms=Terms, tape=Tape)
cdef int _trade(object book, Order order, Level level) except -1
@cython.locals(terms=Terms, hidden_lots="long long")
cpdef object tell_trade_before_others(Tape tape, Order order, long long lots, long long ticks, bint aggressor)
@cython.locals(terms=Terms, shown_lots="long long")
cpdef object take(object book, Level level, Order resting, long long lots)
