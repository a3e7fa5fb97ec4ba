cdef class GroupPlan:
    cdef bytes codes
    cdef int[::1] order
    cdef int count_tag, size
    cdef tuple required
    cdef dict groups

cdef class Plan:
    cdef bytes msg_type, codes
    cdef object spec
    cdef tuple required
    cdef int required_count
    cdef dict groups
