// Who owns which descriptor, and what happens when an environment ends.
#include "environment.h"

#include <iterator>
#include <map>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "linux/recorder.h"
#include "linux/ring.h"
#include "platform.h"
#include "poller.h"

namespace {

/**
 * The one thing that all threads share: two environments must never own one descriptor, or a close
 * in one pulls it from under the other. A descriptor in transit belongs to nobody (nullptr) until
 * its ticket is redeemed.
 */
struct Owners {
  std::mutex lock;
  std::unordered_map<int, Environment*> of;
  std::map<int64_t, int> transit;
  int64_t last_ticket = 0;
};

Owners& owners() {
  static Owners* const all = new Owners;  // never destroyed: workers may outlive static destructors
  return *all;
}

using Lock = std::lock_guard<std::mutex>;

}  // namespace

Environment* Environment::create(napi_env env) {
  Environment* environment = new Environment(env);
  if (napi_add_async_cleanup_hook(env, end, environment, &environment->hook_) != napi_ok) {
    delete environment;
    return nullptr;
  }
  napi_set_instance_data(env, environment, destroy, nullptr);
  return environment;
}

void Environment::destroy(napi_env, void* data, void*) { delete static_cast<Environment*>(data); }

void Environment::own(int64_t fd) {
  if (fd < 0) return;
  Lock held(owners().lock);
  Environment*& owner = owners().of[static_cast<int>(fd)];
  if (owner == nullptr) {  // a ticket for that number has lost its descriptor
    for (auto entry = owners().transit.begin(); entry != owners().transit.end();)
      entry = entry->second == fd ? owners().transit.erase(entry) : std::next(entry);
  }
  owner = this;
}

void Environment::own_pair(const int (&pair)[2], int32_t* fds) {
  for (int i = 0; i < 2; i++) own(fds[i] = pair[i]);
}

int Environment::adopt(int fd) {
  if (fcntl(fd, F_GETFD) < 0) return -errno;
  if (Poller::serves(*this, fd)) return -EBUSY;
  Lock held(owners().lock);
  const auto owner = owners().of.emplace(fd, this).first->second;
  return owner == this ? 0 : -EBUSY;
}

int Environment::release(int fd) {
  if (!owns(fd)) return -EBADF;
  for (Poller* poller : pollers_) poller->drop(fd);
  Lock held(owners().lock);
  owners().of.erase(fd);
  return 0;
}

bool Environment::owns(int fd) const {
  Lock held(owners().lock);
  const auto owner = owners().of.find(fd);
  return owner != owners().of.end() && owner->second == this;
}

size_t Environment::owned() const {
  Lock held(owners().lock);
  size_t count = 0;
  for (const auto& entry : owners().of) count += entry.second == this;
  return count;
}

int64_t Environment::transfer(int fd) {
  if (!owns(fd)) return -EBADF;
  for (Poller* poller : pollers_) poller->drop(fd);
  Lock held(owners().lock);
  owners().of[fd] = nullptr;
  owners().transit[++owners().last_ticket] = fd;
  return owners().last_ticket;
}

int Environment::redeem(int64_t ticket) {
  Lock held(owners().lock);
  const auto entry = owners().transit.find(ticket);
  if (entry == owners().transit.end()) return -ENOENT;
  const int fd = entry->second;
  owners().transit.erase(entry);
  owners().of[fd] = this;
  return fd;
}

std::vector<int> Environment::forget_all() {
  Lock held(owners().lock);
  std::vector<int> fds;
  for (auto entry = owners().of.begin(); entry != owners().of.end();) {
    const bool ours = entry->second == this;
    if (ours) fds.push_back(entry->first);
    entry = ours ? owners().of.erase(entry) : std::next(entry);
  }
  return fds;
}

int Environment::add(Poller* poller) {
  pollers_.push_back(poller);
  return static_cast<int>(pollers_.size() - 1);
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
    napi_remove_async_cleanup_hook(hook);
    delete this;
  }
};

}  // namespace

/** A close may linger, so nothing is locked meanwhile. */
void Environment::end(napi_async_cleanup_hook_handle hook, void* data) {
  Environment* environment = static_cast<Environment*>(data);
  environment->recorders_.clear();  // waits for their threads
  while (!environment->rings_.empty()) environment->drop_ring(environment->rings_.begin()->first);
  for (const int fd : environment->forget_all()) close(fd);
  std::vector<Poller*> pollers;
  pollers.swap(environment->pollers_);
  Ending* ending = new Ending{hook, pollers.size()};
  if (pollers.empty()) ending->closed();
  for (Poller* poller : pollers)
    poller->close([](void* all) { static_cast<Ending*>(all)->closed(); }, ending);
}
