cdef class Liveness:
    cdef public long long heard_ns, spoke_ns, asked_ns, interval_ns, silence_ns, grace_ns
