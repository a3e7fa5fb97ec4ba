cimport cython

cdef class Breaker:
    cdef public int move_bp
    cdef public bint tripped
    cdef public long long last_ticks, reference_ticks
    cdef public object samples
    cdef public long long _slot, _slot_ns, _sum_ticks
    cpdef void restart(self, long long reference_ticks) except *
    @cython.locals(slot=cython.longlong, moved=cython.longlong)
    cpdef bint trade(self, long long ticks, long long time_ns) except -1
    cdef void _turn(self, long long slot) except *
