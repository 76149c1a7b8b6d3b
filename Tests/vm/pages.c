/* SPDX-License-Identifier: Apache-2.0
 *
 * Touches memory, step by step, so that others can look where it is:
 *
 *     pages touch SIZE COUNT       maps COUNT pages of 4K, 2M or 1G and writes to each
 *     pages move SIZE COUNT NODE   moves the first COUNT pages of the last mapping of that size
 *     pages thread                 starts a thread that sleeps
 *     pages wait                   until SIGUSR1 comes
 *
 * Steps follow one another on one command line. Each prints a line when it is done; after the last it sleeps.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST = 512, MOVE_OWN = 1 << 1 };

struct size {
    const char *name;
    size_t bytes;
    int flags;
    char *last;
    long count;
};

static struct size sizes[] = {
    {"4K", 4096, 0, NULL, 0},
    {"2M", 2u << 20, MAP_HUGETLB | 21 << MAP_HUGE_SHIFT, NULL, 0},
    {"1G", 1u << 30, MAP_HUGETLB | 30 << MAP_HUGE_SHIFT, NULL, 0},
};

static void fail(const char *what) {
    fprintf(stderr, "pages: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void usage(const char *word) {
    fprintf(stderr, "pages: expected touch, move, thread or wait with their arguments, found \"%s\"\n", word);
    exit(2);
}

static struct size *size_named(const char *name) {
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (strcmp(sizes[i].name, name) == 0) return &sizes[i];
    usage(name);
    return NULL;
}

static void touch(struct size *size, long count) {
    char *start = mmap(
        NULL, (size_t)count * size->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | size->flags, -1, 0);
    if (start == MAP_FAILED) fail("mmap");
    /* Transparent huge pages would move as a whole, and be counted as one. */
    if (size->flags == 0 && count <= MOST && madvise(start, (size_t)count * size->bytes, MADV_NOHUGEPAGE) != 0)
        fail("madvise");
    for (long i = 0; i < count; i++) start[(size_t)i * size->bytes] = 1;
    size->last = start;
    size->count = count;
}

static void move(struct size *size, long count, int node) {
    void *pages[MOST];
    int nodes[MOST], status[MOST];
    if (count < 1 || count > MOST || count > size->count) usage("move");
    for (long i = 0; i < count; i++) {
        pages[i] = size->last + (size_t)i * size->bytes;
        nodes[i] = node;
    }
    if (syscall(SYS_move_pages, 0, (unsigned long)count, pages, nodes, status, MOVE_OWN) != 0) fail("move_pages");
    for (long i = 0; i < count; i++)
        if (status[i] != node) fail("a page stays where it is");
}

static void *sleep_on(void *unused) {
    for (;;) pause();
    return unused;
}

int main(int count, char **words) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("pid %d\n", (int)getpid());
    int step = 0;
    for (int i = 1; i < count; step++) {
        const char *word = words[i++];
        if (strcmp(word, "touch") == 0 && i + 2 <= count) {
            touch(size_named(words[i]), atol(words[i + 1]));
            i += 2;
        } else if (strcmp(word, "move") == 0 && i + 3 <= count) {
            move(size_named(words[i]), atol(words[i + 1]), atoi(words[i + 2]));
            i += 3;
        } else if (strcmp(word, "thread") == 0) {
            pthread_t thread;
            if (pthread_create(&thread, NULL, sleep_on, NULL) != 0) fail("thread");
        } else if (strcmp(word, "wait") == 0) {
            int received;
            sigwait(&set, &received);
        } else {
            usage(word);
        }
        printf("step %d %s\n", step, word);
    }
    puts("done");
    for (;;) pause();
}
