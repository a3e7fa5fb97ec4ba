cdef class Participant:
    cdef public int number, firm, self_trade
    cdef public bytes comp_id
    cdef public dict orders
