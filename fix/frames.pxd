cimport cython
from fix.constants cimport BEGIN_BYTES_MAX, EQUALS, FRAME_TAIL, INCOMPLETE, LENGTH_DIGITS_MAX, SOH
from fix.memory cimport find, octet_sum

cdef class Frames:
    cdef readonly str garbled_text
    cdef readonly Py_ssize_t length_at, body, resume
    cdef bytes prefix
    cdef Py_ssize_t message_bytes_max, stated_end
    @cython.locals(end=Py_ssize_t)
    cpdef Py_ssize_t look(self, bytes buffer, Py_ssize_t position) except -2
    @cython.locals(i=Py_ssize_t, start=Py_ssize_t, length=Py_ssize_t, end=Py_ssize_t)
    cdef Py_ssize_t _sound_frame(self, const unsigned char* text, Py_ssize_t position, Py_ssize_t size) noexcept
    @cython.locals(expected=cython.p_const_uchar, count=Py_ssize_t, i=Py_ssize_t, limit=Py_ssize_t, stop=Py_ssize_t)
    cdef Py_ssize_t _length_start(self, const unsigned char* text, Py_ssize_t position, Py_ssize_t size) noexcept
    @cython.locals(i=Py_ssize_t)
    cdef Py_ssize_t _sound(self, const unsigned char* text, Py_ssize_t position, Py_ssize_t end) noexcept
    cdef Py_ssize_t _garbled(self, str why) noexcept
    @cython.locals(limit=Py_ssize_t, tail=Py_ssize_t, stop=Py_ssize_t)
    cdef Py_ssize_t _skip(self, bytes buffer, Py_ssize_t position) except -1

@cython.locals(value=cython.int, i=Py_ssize_t)
cdef int checksum_at(const unsigned char* text, Py_ssize_t at) noexcept
