cdef extern from *:
    """
    typedef struct { unsigned long long low, high; } Packed;  /* the bytes in order, and zeros; both 0: not packed */

    #if defined(__GNUC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    static inline Packed packed(PyObject *name) {
        size_t size = (size_t)PyBytes_GET_SIZE(name);
        const char *data = PyBytes_AS_STRING(name);
        Packed found = {0, 0};
        unsigned long long last;
        if (size - 1 >= 16 || data[0] == 0 || data[size - 1] == 0)  /* a zero must not be part of it at either end */
            return found;
        memcpy(&last, data + size - 8, 8);  /* before the first byte is the object's own head */
        if (size <= 8)
            found.low = last >> 8 * (8 - size);
        else {
            memcpy(&found.low, data, 8);
            found.high = last >> 8 * (16 - size);
        }
        return found;
    }

    static inline PyObject *unpacked(Packed name) {
        int unused = name.high != 0 ? __builtin_clzll(name.high) : 64 + __builtin_clzll(name.low);
        return PyBytes_FromStringAndSize((const char *)&name, 16 - unused / 8);
    }
    #else
    static Packed packed(PyObject *name) { Packed none = {0, 0}; return none; }
    static PyObject *unpacked(Packed name) { return PyBytes_FromStringAndSize(NULL, 0); }
    #endif

    static inline int set_attribute(PyObject *type, PyObject *name, PyObject *value) {
        int failed = PyDict_SetItem(((PyTypeObject *)type)->tp_dict, name, value);
        PyType_Modified((PyTypeObject *)type);
        return failed;
    }
    """
    ctypedef struct Packed:
        unsigned long long low, high
    Packed packed(object name) noexcept
    bytes unpacked(Packed name)
    int set_attribute(object type, object name, object value) except -1
