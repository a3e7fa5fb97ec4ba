cimport cython
from fix.session cimport Session

cdef class Sent:
    cdef public object stored, positions
    cdef object _older
    cpdef void append(self, long long position)
    @cython.locals(found=list, number=cython.longlong, message=bytes)
    cpdef list read(self, long long begin, long long end)

cdef class Peer:
    cdef public int number, firm, stage
    cdef public bytes comp_id, firm_name, self_match
    cdef public Session session
    cdef public Sent sent
    cdef public object connection, credentials, faults
    cdef public long long connected_ns, heard_from_ns, order_age_max_ns, suspect_ns
    cdef public list copies, wire
    cdef public bint read_only, touched
