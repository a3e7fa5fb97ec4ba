cdef extern from *:
    """
    #ifdef __linux__
    #include <pthread.h>
    #include <semaphore.h>
    #include <signal.h>
    #include <stdint.h>
    #include <sys/mman.h>
    #include <unistd.h>

    #ifndef MADV_POPULATE_WRITE
    #define MADV_POPULATE_WRITE 23
    #endif

    static const size_t ARENA = 1 << 20, HUGE_PAGE = 2 << 20, AHEAD = 32 << 20;
    static PyObjectArenaAllocator before;   /* Python's own, whose arenas come back here, too */
    static char *low, *high;                /* our range of addresses */
    static char *volatile fresh;            /* what of it was never taken */
    static void *spare;                     /* an arena given back; in it stands the next */
    static int is_touched;                  /* by a thread that waits for `taken` */
    static sem_t taken;

    static void *take_arena(void *context, size_t size) {
        void *arena = spare;
        if (size != ARENA || (arena == NULL && fresh == high))  /* Python's stack is taken here, too, in smaller pieces */
            return before.alloc(before.ctx, size);
        if (arena != NULL)
            spare = *(void **)arena;
        else {
            arena = fresh;
            fresh += ARENA;
            if (is_touched)
                sem_post(&taken);
        }
        return arena;
    }

    static void give_arena(void *context, void *arena, size_t size) {
        if ((char *)arena < low || (char *)arena >= high)
            before.free(before.ctx, arena, size);
        else {
            *(void **)arena = spare;
            spare = arena;
        }
    }

    static int take_arenas_from_huge_pages(void) {
        PyObjectArenaAllocator ours = {NULL, take_arena, give_arena};
        size_t size = (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
        void *range;
        if (low != NULL)
            return 1;
        range = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (range == MAP_FAILED)
            return 0;
        madvise(range, size, MADV_HUGEPAGE);  /* where there are none it changes nothing */
        low = fresh = (char *)(((uintptr_t)range + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1));
        high = (char *)(((uintptr_t)range + size) & ~(HUGE_PAGE - 1));
        PyObject_GetArenaAllocator(&before);
        PyObject_SetArenaAllocator(&ours);
        return 1;
    }

    static void *touch(void *nothing) {
        char *untouched = low;
        for (;;) {
            while (untouched < high && untouched < fresh + AHEAD) {
                if (madvise(untouched, HUGE_PAGE, MADV_POPULATE_WRITE) != 0)
                    return NULL;
                untouched += HUGE_PAGE;
            }
            sem_wait(&taken);
        }
    }

    static int touch_ahead(void) {
        sigset_t all, known;
        pthread_t thread;
        if (low == NULL || is_touched || sem_init(&taken, 0, 0) != 0)
            return is_touched;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &known);
        is_touched = pthread_create(&thread, NULL, touch, NULL) == 0 && pthread_detach(thread) == 0;
        pthread_sigmask(SIG_SETMASK, &known, NULL);
        return is_touched;
    }
    static size_t first_of_range(void) { return (size_t)low; }
    #else
    static size_t first_of_range(void) { return 0; }
    static int take_arenas_from_huge_pages(void) { return 0; }
    static int touch_ahead(void) { return 0; }
    #endif
    """
    int take_arenas_from_huge_pages()
    int touch_ahead()
    size_t first_of_range()
