cimport cython
from persistence.packing cimport Writer, put_command, put_event, put_message, put_session

cdef int INBOUND, OUTBOUND, RESENT, MESSAGE_HEAD, RECORD_HEAD, FRAME_HEAD

cdef class Journal:
    cdef public object directory, policy, failure
    cdef public Py_ssize_t position, number, torn_bytes, hurried_segments, known_end
    cdef public bint ready
    cdef Writer _writer
    cdef object _stream, _pwrite
    cdef bytes _salt, _block
    cdef Py_ssize_t _block_at
    cdef int _descriptor, _lock
    cdef Py_ssize_t _open_start, _open_end, _segment_bytes
    cpdef Py_ssize_t inbound(self, unsigned int session, long long sequence, long long time_ns, bytes message) except -1
    cpdef Py_ssize_t outbound(
        self, unsigned int session, long long sequence, long long time_ns, bytes message, bint resent=*
    ) except -1
    cpdef void command(self, long long number, object command)
    cpdef void event(self, object event)
    cpdef void session(
        self, unsigned int session, int change, long long next_in, long long next_out, long long time_ns, bytes text=*
    )
    @cython.locals(writer=Writer)
    cpdef Py_ssize_t commit(self, long long time_ns) except -1
    cpdef Py_ssize_t pending_bytes(self) except -1
    @cython.locals(start=Py_ssize_t, length=Py_ssize_t)
    cpdef bytes read_at(self, Py_ssize_t position)
    @cython.locals(at=Py_ssize_t, length=Py_ssize_t, end=Py_ssize_t)
    cdef bytes _read_committed(self, Py_ssize_t position)
    @cython.locals(at=Py_ssize_t, position=Py_ssize_t, stop=Py_ssize_t)
    cdef void _write(self, bytearray data, Py_ssize_t end)
