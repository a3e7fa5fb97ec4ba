cimport cython
from fix.constants cimport (
    BEGIN_BYTES_MAX, BOOLEAN, CHAR, CHECKED, DATA, DATE, DECIMAL, ENUMERATED, EQUALS, FRAME_TAIL, GARBLED,
    GROUP_COUNT, GROUP_FIELDS_OUT_OF_ORDER, HEADER, INCOMPLETE, INCORRECT_DATA_FORMAT, INCORRECT_NUM_IN_GROUP,
    INTEGER, INVALID_MSG_TYPE, INVALID_TAG_NUMBER, KIND_MASK, LENGTH_DIGITS_MAX, MESSAGE, MONTH_YEAR, MULTIPLE,
    NO_REASON, NO_TAG, REQUIRED, REQUIRED_TAG_MISSING, SECTION_MASK, SLOT, SOH, STRING,
    TAG_APPEARS_MORE_THAN_ONCE, TAG_LIMIT, TAG_NOT_DEFINED_FOR_THIS_MESSAGE_TYPE, TAG_OUT_OF_REQUIRED_ORDER,
    TAG_SPECIFIED_WITHOUT_A_VALUE, TIME, TIMESTAMP, UNSIGNED, VALUE_IS_INCORRECT
)
from fix.memory cimport cut, find, ints, octet_sum
from fix.message cimport Message
from fix.values cimport is_date, is_decimal, is_integer, is_month_year, is_time, is_timestamp, is_unsigned, scaled

cdef int GENERATION_MAX
cdef long long ABSENT

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

@cython.locals(value=cython.int, i=Py_ssize_t)
cdef int checksum_at(const unsigned char* text, Py_ssize_t at) noexcept
cdef bint is_format(int kind, const unsigned char* text, Py_ssize_t start, Py_ssize_t end) noexcept

cdef class Parser:
    cdef readonly Message message
    cdef readonly int outcome
    cdef readonly str garbled_text
    cdef object dictionary
    cdef bytes prefix, defined, enum_characters
    cdef int[::1] enum_rows
    cdef dict by_type
    cdef list by_character
    cdef Plan unchecked, plan
    cdef Py_ssize_t message_bytes_max, length_at, body, stated_end, value
    @cython.locals(text=cython.p_const_uchar, end=Py_ssize_t, message=Message)
    cpdef Py_ssize_t parse(self, bytes buffer, Py_ssize_t position) except -1
    @cython.locals(i=Py_ssize_t, start=Py_ssize_t, length=Py_ssize_t, end=Py_ssize_t)
    cdef Py_ssize_t frame(self, const unsigned char* text, Py_ssize_t position, Py_ssize_t size) noexcept
    @cython.locals(expected=cython.p_const_uchar, count=Py_ssize_t, i=Py_ssize_t, limit=Py_ssize_t, stop=Py_ssize_t)
    cdef Py_ssize_t length_start(self, const unsigned char* text, Py_ssize_t position, Py_ssize_t size) noexcept
    @cython.locals(i=Py_ssize_t)
    cdef Py_ssize_t sound(self, const unsigned char* text, Py_ssize_t position, Py_ssize_t end) noexcept
    cdef Py_ssize_t garbled(self, str why) noexcept
    @cython.locals(tail=Py_ssize_t, stop=Py_ssize_t)
    cdef Py_ssize_t skip(self, bytes buffer, Py_ssize_t position) except -1
    @cython.locals(message=Message, start=Py_ssize_t, stop=Py_ssize_t, plan=Plan)
    cdef Py_ssize_t open(self, const unsigned char* text, Py_ssize_t position, Py_ssize_t end) except -1
    @cython.locals(message=Message, slots=cython.p_int, generation=cython.int, size=cython.int, codes=cython.p_const_uchar, section=cython.int, seen=cython.int, begin=Py_ssize_t, tag=cython.int, start=Py_ssize_t, code=cython.int, slot=cython.int, fault=cython.int)
    cdef int scan(self, const unsigned char* text, Py_ssize_t i, Py_ssize_t end) except -1
    @cython.locals(message=Message, sequence=cython.longlong)
    cdef int close(self, int seen) except -1
    cdef int missing(self) except -1
    @cython.locals(message=Message)
    cdef void problem(self, int reason, int tag) noexcept
    cdef int enter_section(self, int section, int entered, int tag) noexcept
    cdef void undefined(self, int tag) noexcept
    cdef Py_ssize_t odd(self, Py_ssize_t begin, Py_ssize_t end) except -1
    @cython.locals(kind=cython.int, rows=cython.p_int, characters=cython.p_const_uchar)
    cdef int fault(self, const unsigned char* text, int tag, int code, Py_ssize_t start, Py_ssize_t end) except -2
    cdef int long_fault(self, int tag, int kind, bytes value) except -2
    @cython.locals(length_tag=cython.int, length=cython.longlong)
    cdef Py_ssize_t data_end(self, const unsigned char* text, int tag, Py_ssize_t start, Py_ssize_t stop, Py_ssize_t end) except -1
    @cython.locals(plan=GroupPlan)
    cdef Py_ssize_t group(self, const unsigned char* text, int tag, Py_ssize_t start, Py_ssize_t position, Py_ssize_t end) except -1
    @cython.locals(order=cython.p_int, codes=cython.p_const_uchar, outside=cython.p_const_uchar, found=cython.int, place=cython.int, entry=Py_ssize_t, length=cython.longlong, tag=cython.int, start=Py_ssize_t, stop=Py_ssize_t, fault=cython.int)
    cdef Py_ssize_t entries(self, const unsigned char* text, GroupPlan plan, long long count, Py_ssize_t position, Py_ssize_t end) except -1
    cdef int complete(self, GroupPlan plan, Py_ssize_t entry, Py_ssize_t position) except -1
    @cython.locals(i=Py_ssize_t, tag=cython.int)
    cdef int tag_at(self, const unsigned char* text, Py_ssize_t position) noexcept
