// Who owns which descriptor, and what happens when an environment ends.
#include "environment.h"

#include <stdio.h>
#include <sys/eventfd.h>

#include <iterator>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "linux/recorder.h"
#include "linux/ring.h"
#include "lookups.h"
#include "platform.h"
#include "poller.h"

namespace {

/**
 * One descriptor that somebody owns. A descriptor in transit has no owner until its ticket is
 * redeemed. Device and inode tell the open file from one that others opened later under the same
 * number.
 */
struct Owned {
  Environment* owner;
  int64_t generation;
  dev_t device;
  ino_t inode;
};

/**
 * The one state that all threads share: two environments must never own one descriptor, or a close
 * in one closes what the other uses.
 */
struct Owners {
  std::mutex lock;
  std::unordered_map<int, Owned> of;
  std::map<int64_t, int> transit;
  int64_t last_generation = 0;
  int64_t last_ticket = 0;
};

Owners& owners() {
  static Owners* const all = new Owners;  // never destroyed: workers may outlive static destructors
  return *all;
}

using Lock = std::lock_guard<std::mutex>;

/** What is open under that number now, as a new generation. */
Owned opened(Environment* owner, int fd) {
  struct stat about = {};
  if (fstat(fd, &about) < 0) about = {};
  return {owner, ++owners().last_generation, about.st_dev, about.st_ino};
}

/** Whether the file that was open when the ownership began is open now, as far as fstat(2) says. */
bool unchanged(const Owned& owned, int fd) {
  struct stat about = {};
  if (owned.inode == 0) return true;
  if (fstat(fd, &about) < 0) return errno != EBADF;
  return about.st_dev == owned.device && about.st_ino == owned.inode;
}

/** An epoll or io_uring descriptor: event loops end the process when theirs is closed. */
bool is_event_loop(int fd) {
  char path[32], file[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  const ssize_t length = readlink(path, file, sizeof file);
  if (length >= 0) {
    const std::string name(file, static_cast<size_t>(length));
    return name == "anon_inode:[eventpoll]" || name == "anon_inode:[io_uring]";
  }
  // Without /proc: epoll_ctl says ENOENT of what an epoll does not hold, EINVAL where there is
  // none.
  const int other = eventfd(0, EFD_CLOEXEC);
  if (other < 0) return true;
  const bool epoll = epoll_ctl(fd, EPOLL_CTL_DEL, other, nullptr) < 0 && errno == ENOENT;
  ::close(other);
  return epoll;
}

}  // namespace

Environment* Environment::create(napi_env env) {
  Environment* environment = new Environment(env, LoopWatch::needs_thread(env));
  // Closing a uv_poll_t takes the event loop another iteration. (Deno frees an asynchronous hook
  // twice: at its exit the process would abort.)
  const napi_status hooked =
      environment->has_loop_thread()
          ? napi_add_env_cleanup_hook(env, end_at_once, environment)
          : napi_add_async_cleanup_hook(env, end, environment, &environment->hook_);
  if (hooked != napi_ok) {
    delete environment;
    return nullptr;
  }
  napi_set_instance_data(env, environment, destroy, nullptr);
  return environment;
}

void Environment::destroy(napi_env, void* data, void*) { delete static_cast<Environment*>(data); }

void Environment::end_at_once(void* data) { end(nullptr, data); }

void Environment::own(int64_t number) {
  if (number < 0) return;
  const int fd = static_cast<int>(number);
  Lock held(owners().lock);
  for (auto entry = owners().transit.begin(); entry != owners().transit.end();)
    entry = entry->second == fd ? owners().transit.erase(entry) : std::next(entry);
  owners().of[fd] = opened(this, fd);
}

void Environment::own_pair(const int (&pair)[2], int32_t* fds) {
  for (int i = 0; i < 2; i++) own(fds[i] = pair[i]);
}

int Environment::adopt(int fd) {
  if (fcntl(fd, F_GETFD) < 0) return -errno;
  if (is_event_loop(fd)) return -EBUSY;
  Lock held(owners().lock);
  const auto entry = owners().of.find(fd);
  if (entry != owners().of.end() && unchanged(entry->second, fd))
    return entry->second.owner == this ? 0 : -EBUSY;
  // Whoever is noted has lost it: others closed it, and opened something else there.
  owners().of[fd] = opened(this, fd);
  return 0;
}

/** Whether fd is owned under that generation, and still what it was; what changed is forgotten. */
bool Environment::verify(int fd, int64_t generation) {
  Lock held(owners().lock);
  if (!owned_under(fd, generation)) return false;
  if (unchanged(owners().of[fd], fd)) return true;
  owners().of.erase(fd);
  return false;
}

int Environment::release(int fd, int64_t generation) {
  if (!verify(fd, generation)) return -EBADF;
  for (Poller* poller : pollers_) poller->drop(fd);
  Lock held(owners().lock);
  owners().of.erase(fd);
  return 0;
}

/** Whether this environment owns fd, under that generation or (0) any. The lock is held. */
bool Environment::owned_under(int fd, int64_t generation) const {
  const auto entry = owners().of.find(fd);
  return entry != owners().of.end() && entry->second.owner == this &&
         (generation == 0 || entry->second.generation == generation);
}

bool Environment::owns(int fd) const {
  Lock held(owners().lock);
  return owned_under(fd, 0);
}

int64_t Environment::generation(int fd) const {
  Lock held(owners().lock);
  return owned_under(fd, 0) ? owners().of[fd].generation : -EBADF;
}

size_t Environment::owned() const {
  Lock held(owners().lock);
  size_t count = 0;
  for (const auto& entry : owners().of) count += entry.second.owner == this;
  return count;
}

int64_t Environment::transfer(int fd, int64_t generation) {
  if (!verify(fd, generation)) return -EBADF;
  for (Poller* poller : pollers_) poller->drop(fd);
  Lock held(owners().lock);
  owners().of[fd].owner = nullptr;
  owners().transit[++owners().last_ticket] = fd;
  return owners().last_ticket;
}

int Environment::redeem(int64_t ticket) {
  Lock held(owners().lock);
  const auto entry = owners().transit.find(ticket);
  if (entry == owners().transit.end()) return -ENOENT;
  const int fd = entry->second;
  owners().transit.erase(entry);
  if (!unchanged(owners().of[fd], fd)) {
    owners().of.erase(fd);
    return -EBADF;
  }
  owners().of[fd] = opened(this, fd);
  return fd;
}

std::vector<int> Environment::forget_all() {
  Lock held(owners().lock);
  std::vector<int> fds;
  for (auto entry = owners().of.begin(); entry != owners().of.end();) {
    const bool ours = entry->second.owner == this;
    if (ours && unchanged(entry->second, entry->first)) fds.push_back(entry->first);
    entry = ours ? owners().of.erase(entry) : std::next(entry);
  }
  return fds;
}

int Environment::add(Poller* poller) {
  pollers_.push_back(poller);
  return static_cast<int>(pollers_.size() - 1);
}

Lookups* Environment::lookups(int* error) {
  if (lookups_ == nullptr) lookups_ = Lookups::open(*this, error);
  return lookups_;
}

Ring* Environment::ring(int id) const { return shared_ring(id).get(); }

std::shared_ptr<Ring> Environment::shared_ring(int id) const {
  const auto entry = rings_.find(id);
  return entry == rings_.end() ? nullptr : entry->second;
}

int Environment::add(const std::shared_ptr<Ring>& ring) {
  rings_[++last_] = ring;
  return last_;
}

bool Environment::drop_ring(int id) {
  const auto entry = rings_.find(id);
  if (entry == rings_.end()) return false;
  entry->second->retire();
  rings_.erase(entry);
  return true;
}

Recorder* Environment::recorder(int id) const {
  const auto entry = recorders_.find(id);
  return entry == recorders_.end() ? nullptr : entry->second.get();
}

int Environment::add(const std::shared_ptr<Recorder>& recorder) {
  recorders_[++last_] = recorder;
  return last_;
}

bool Environment::drop_recorder(int id) { return recorders_.erase(id) > 0; }

namespace {

/** What an environment's end still waits for. */
struct Ending {
  napi_async_cleanup_hook_handle hook;
  size_t open;

  void closed() {
    if (open > 0 && --open > 0) return;
    if (hook != nullptr) napi_remove_async_cleanup_hook(hook);
    delete this;
  }
};

}  // namespace

namespace {

/** A stream that has not sent all of its MSG_ZEROCOPY data would send what the memory of this
 * environment holds later: it is reset instead. */
void close_at_end(int fd) {
  int zero_copy = 0, queued = 0;
  socklen_t length = sizeof zero_copy;
  if (getsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &zero_copy, &length) == 0 && zero_copy != 0 &&
      ioctl(fd, SIOCOUTQ, &queued) == 0 && queued > 0) {
    const struct linger reset = {1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  }
  close(fd);
}

}  // namespace

/** A close may linger, so nothing is locked meanwhile. */
void Environment::end(napi_async_cleanup_hook_handle hook, void* data) {
  Environment* environment = static_cast<Environment*>(data);
  environment->recorders_.clear();  // waits for their threads
  while (!environment->rings_.empty()) environment->drop_ring(environment->rings_.begin()->first);
  for (const int fd : environment->forget_all()) close_at_end(fd);
  std::vector<Poller*> pollers;
  pollers.swap(environment->pollers_);
  Lookups* const lookups = environment->lookups_;
  environment->lookups_ = nullptr;
  Ending* ending = new Ending{hook, pollers.size() + (lookups == nullptr ? 0 : 1)};
  if (ending->open == 0) {
    ending->closed();
    return;
  }
  const auto closed = [](void* all) { static_cast<Ending*>(all)->closed(); };
  for (Poller* poller : pollers) poller->close(closed, ending);
  if (lookups != nullptr) lookups->close(closed, ending);
}
