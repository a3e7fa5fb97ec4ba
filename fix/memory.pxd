# The C side of fix/plain_memory.py: what compiled modules do on memory where plain Python works on objects.

cdef inline int* ints(int[::1] numbers) noexcept:
    return &numbers[0]

cdef inline unsigned char* octets(unsigned char[::1] data) noexcept:
    return &data[0]

cdef inline bytes cut(const unsigned char* data, Py_ssize_t start, Py_ssize_t end):
    return data[start:end]

cdef inline Py_ssize_t find(const unsigned char* data, int octet, Py_ssize_t start, Py_ssize_t end) noexcept:
    while start < end and data[start] != octet:
        start += 1
    return start

cdef inline unsigned int octet_sum(const unsigned char* data, Py_ssize_t start, Py_ssize_t end) noexcept:
    cdef unsigned int total = 0
    cdef Py_ssize_t i
    for i in range(start, end):
        total += data[i]
    return total

cdef inline Py_ssize_t copy(unsigned char* into, Py_ssize_t at, const unsigned char* data, Py_ssize_t size) noexcept:
    cdef Py_ssize_t i
    for i in range(size):
        into[at + i] = data[i]
    return at + size
