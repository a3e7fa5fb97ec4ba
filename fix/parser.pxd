cimport cython
from fix.frames cimport Frames
from fix.memory cimport cut, find, ints
from fix.message cimport Message
from fix.plan cimport GroupPlan, Plan
from fix.values cimport is_format, scaled

cdef int ANY_GROUP_ORDER, ANY_SECTION_ORDER, EMPTY_VALUES, UNKNOWN_FIELDS, USER_FIELDS, USER_TAG_MIN
cdef int BODY, CHAR, CHECKED, DATA, ENUMERATED, EQUALS, FRAME_TAIL, GARBLED, GROUP_COUNT
cdef int GROUP_FIELDS_OUT_OF_ORDER, HEADER, INCOMPLETE, INCORRECT_DATA_FORMAT, INCORRECT_NUM_IN_GROUP
cdef int INVALID_MSG_TYPE, INVALID_TAG_NUMBER, KIND_MASK, MESSAGE, MULTIPLE, NO_REASON, NO_TAG, REQUIRED
cdef int REQUIRED_TAG_MISSING, SECTION_MASK, SLOT, SOH, STRING, TAG_APPEARS_MORE_THAN_ONCE, TAG_LIMIT
cdef int TAG_NOT_DEFINED_FOR_THIS_MESSAGE_TYPE, TAG_OUT_OF_REQUIRED_ORDER, TAG_SPECIFIED_WITHOUT_A_VALUE
cdef int VALUE_IS_INCORRECT

cdef int GENERATION_MAX
cdef long long ABSENT

cdef class Parser:
    cdef readonly Message message
    cdef readonly int outcome
    cdef public int lenience
    cdef Frames frames
    cdef object dictionary
    cdef bytes defined, enum_characters
    cdef int[::1] enum_rows
    cdef dict by_type
    cdef list by_character
    cdef Plan unchecked, plan
    cdef Py_ssize_t value
    @cython.locals(text=cython.p_const_uchar, end=Py_ssize_t, message=Message)
    cpdef Py_ssize_t parse(self, bytes buffer, Py_ssize_t position) except -1
    @cython.locals(message=Message, start=Py_ssize_t, stop=Py_ssize_t, plan=Plan)
    cdef Py_ssize_t _open(self, const unsigned char* text, Py_ssize_t position, Py_ssize_t end) except -1
    @cython.locals(message=Message, slots=cython.p_int, generation=cython.int, size=cython.int, codes=cython.p_const_uchar, section=cython.int, seen=cython.int, begin=Py_ssize_t, tag=cython.int, start=Py_ssize_t, code=cython.int, slot=cython.int, fault=cython.int)
    cdef int _scan(self, const unsigned char* text, Py_ssize_t i, Py_ssize_t end) except -1
    @cython.locals(message=Message, sequence=cython.longlong, reason=cython.int)
    cdef int _close(self, int seen) except -1
    cdef int _missing(self) except -1
    @cython.locals(message=Message, before=cython.int)
    cdef void _problem(self, int reason, int tag) noexcept
    cdef int _enter_section(self, int section, int entered, int tag) noexcept
    cdef void _repeated(self, int tag, int entered, int section) noexcept
    cdef void _undefined(self, int tag) noexcept
    cdef bint _passes(self, int tag) noexcept
    cdef Py_ssize_t _odd(self, Py_ssize_t begin, Py_ssize_t end) except -1
    @cython.locals(kind=cython.int, rows=cython.p_int, characters=cython.p_const_uchar)
    cdef int _fault(self, const unsigned char* text, int tag, int code, Py_ssize_t start, Py_ssize_t end) except -2
    cdef int _long_fault(self, int tag, int kind, bytes value) except -2
    @cython.locals(length_tag=cython.int, length=cython.longlong)
    cdef Py_ssize_t _data_end(self, const unsigned char* text, int tag, Py_ssize_t start, Py_ssize_t stop, Py_ssize_t end) except -1
    @cython.locals(plan=GroupPlan)
    cdef Py_ssize_t _group(self, const unsigned char* text, int tag, Py_ssize_t start, Py_ssize_t position, Py_ssize_t end) except -1
    @cython.locals(order=cython.p_int, codes=cython.p_const_uchar, outside=cython.p_const_uchar, found=cython.int, place=cython.int, entry=Py_ssize_t, length=cython.longlong, tag=cython.int, start=Py_ssize_t, stop=Py_ssize_t, fault=cython.int)
    cdef Py_ssize_t _entries(self, const unsigned char* text, GroupPlan plan, long long count, Py_ssize_t position, Py_ssize_t end) except -1
    cdef bint _is_among(self, int tag, Py_ssize_t entry, Py_ssize_t position) except -1
    cdef int _complete(self, GroupPlan plan, Py_ssize_t entry, Py_ssize_t position) except -1
    @cython.locals(i=Py_ssize_t, tag=cython.int)
    cdef int _tag_at(self, const unsigned char* text, Py_ssize_t position) noexcept
