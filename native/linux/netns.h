// A call made in another network namespace, by a thread that enters it and ends.
#ifndef BSD_SOCKET_LINUX_NETNS_H
#define BSD_SOCKET_LINUX_NETNS_H

#include <stdint.h>

#include <functional>

/** What `call` returns in the network namespace of the descriptor `netns`. `*entered` is set once
 * setns(2) has succeeded; else the result is its -errno. No other thread changes its namespace. */
int64_t in_network_namespace(int netns, int32_t* entered, const std::function<int64_t()>& call);

#endif
