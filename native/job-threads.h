// Threads for jobs that may block for long, such as look-ups of names: at most 8, never joined.
#ifndef BSD_SOCKET_JOB_THREADS_H
#define BSD_SOCKET_JOB_THREADS_H

#include <functional>

/** Runs the job in one of the process's job threads, in its turn: 0, or -errno where there is no
 * thread for it. The threads end with the process. */
int run_in_thread(std::function<void()> job);

#endif
