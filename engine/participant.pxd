cdef class Participant:
    cdef public int number, firm, post_only_slides, self_trade
    cdef public bytes comp_id
    cdef public dict orders
