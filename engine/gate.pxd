from engine.order cimport Order

cdef int BUY, LIMIT, STOP_LIMIT
cdef long long PRICE_TICKS_MAX

cdef class Gate:
    cdef public long long value, limit, worst_ticks
    cdef public int limits_version
    cpdef int check(self, Order order) except -1
    cpdef int check_replace(
        self, Order order, long long quantity_lots, long long price_ticks, long long stop_ticks
    ) except -1
    cpdef int check_elected(self, Order order) except -1
    cpdef object observe(self, object event)
    cpdef object follow_up(self)

cdef class OpenGate(Gate):
    cpdef int check(self, Order order) except -1
    cpdef int check_replace(
        self, Order order, long long quantity_lots, long long price_ticks, long long stop_ticks
    ) except -1
