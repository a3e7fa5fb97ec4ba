cimport cython
from risk.limits cimport Limits

cdef int BUY
cdef long long NOTIONAL_MAX

cdef class Firm:
    cdef public int number
    cdef public long long gross_notional, long_notional, short_notional

cdef class Position:
    cdef public Firm firm
    cdef public int instrument
    cdef public Limits limits
    cdef public long long lot_worth, lots_max, lots, buy_lots, sell_lots
    cpdef long long worst_lots(self, int side) noexcept
    @cython.locals(bought=cython.longlong, sold=cython.longlong)
    cpdef long long worst(self) noexcept
    @cython.locals(before=cython.longlong)
    cpdef void reserve(self, int side, long long lots) noexcept
    @cython.locals(before=cython.longlong)
    cpdef void fill(self, int side, long long lots) noexcept
    @cython.locals(firm=Firm, more=cython.longlong)
    cpdef void revalue(self, long long lot_worth) except *
