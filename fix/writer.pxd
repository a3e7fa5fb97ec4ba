cimport cython
from fix.memory cimport copy, cut, find, octet_sum, octets, put_digits
from fix.timestamp cimport put_second

cdef int SOH, BODY, NUMBER_BYTES_MAX, SCALE_MAX, DIGITS_MAX, TRAILER_BYTES, STAMP_BYTES, HEADER_TAG_LIMIT
cdef bytes HEADER_TAGS

cdef class Writer:
    cdef bytes begin
    cdef unsigned char[::1] out, stamp
    cdef Py_ssize_t limit, size
    cdef long long stamp_second, stamp_ms
    cpdef void reset(self) noexcept
    @cython.locals(at=Py_ssize_t, out=cython.p_uchar)
    cpdef Py_ssize_t field(self, bytes tag, bytes value) except -1
    @cython.locals(at=Py_ssize_t, out=cython.p_uchar)
    cpdef Py_ssize_t character(self, bytes tag, unsigned char code) except -1
    cpdef Py_ssize_t integer(self, bytes tag, long long value) except -1
    @cython.locals(at=Py_ssize_t, out=cython.p_uchar, digits=cython.int, limit=cython.longlong, whole=cython.longlong)
    cpdef Py_ssize_t decimal(self, bytes tag, long long value, int scale) except -1
    @cython.locals(at=Py_ssize_t, out=cython.p_uchar)
    cpdef Py_ssize_t timestamp(self, bytes tag, long long time_ns) except -1
    @cython.locals(at=Py_ssize_t, out=cython.p_uchar, size=Py_ssize_t)
    cpdef bytes frame(self, bytes msg_type, long long sequence, bytes sender, bytes target, long long sending_time_ns, bytes before_sender=*, bytes after_target=*)
    @cython.locals(size=Py_ssize_t)
    cdef Py_ssize_t _put(self, bytes tag, Py_ssize_t room) except -1
    cdef void append(self, const unsigned char* text, Py_ssize_t start, Py_ssize_t end) noexcept
    cdef void append_original(self, const unsigned char* text, Py_ssize_t start) noexcept
    @cython.locals(out=cython.p_uchar, at=Py_ssize_t, end=Py_ssize_t, total=cython.int)
    cdef bytes finish(self, Py_ssize_t start)
    @cython.locals(millisecond=cython.longlong, second=cython.longlong)
    cdef void set_stamp(self, long long time_ns) noexcept

cdef Py_ssize_t prepend(unsigned char* out, Py_ssize_t at, const unsigned char* data, Py_ssize_t size) noexcept
cdef Py_ssize_t prepend_number(unsigned char* out, Py_ssize_t at, long long value) noexcept
@cython.locals(tag=cython.int)
cdef int tag_at(const unsigned char* text, Py_ssize_t position) noexcept
@cython.locals(text=cython.p_const_uchar, tags=cython.p_const_uchar, end=Py_ssize_t, i=Py_ssize_t, stop=Py_ssize_t, original=Py_ssize_t, marked=cython.bint, stamped=cython.bint, tag=cython.int)
cpdef bytes reissue(bytes message, long long sending_time_ns, Writer writer)
