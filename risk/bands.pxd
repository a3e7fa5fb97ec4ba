cimport cython

cdef long long PRICE_TICKS_MAX

@cython.locals(highest=cython.longlong)
cpdef long long highest_ticks(long long reference_ticks, long long collar_bp)
cpdef long long lowest_ticks(long long reference_ticks, long long collar_bp)
