cdef class State:
    cdef public long long epoch, started_ns, next_in, next_out
