// Look-ups in threads: what was found comes back through an eventfd of the environment.
#include "lookups.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <mutex>
#include <vector>

#include "environment.h"
#include "job-threads.h"
#include "platform.h"
#include "result.h"

namespace {

struct Found {
  int64_t id;
  int64_t status;
  std::string bytes;
};

}  // namespace

/** The eventfd is closed with the last who knows it, so that no thread writes to a successor. */
struct LookupInbox {
  explicit LookupInbox(int fd) : wake(fd) {}
  ~LookupInbox() { ::close(wake); }
  LookupInbox(const LookupInbox&) = delete;
  LookupInbox& operator=(const LookupInbox&) = delete;

  std::mutex lock;
  std::vector<Found> found;
  const int wake;

  void put(Found result) {
    {
      const std::lock_guard<std::mutex> held(lock);
      found.push_back(std::move(result));
    }
    const uint64_t one = 1;
    const ssize_t ignored = ::write(wake, &one, sizeof one);  // fails only where it is set
    static_cast<void>(ignored);
  }
  std::vector<Found> take() {
    uint64_t count = 0;
    const ssize_t ignored = ::read(wake, &count, sizeof count);  // fails only where it is clear
    static_cast<void>(ignored);
    const std::lock_guard<std::mutex> held(lock);
    return std::move(found);
  }
};

Lookups* Lookups::open(const Environment& environment, int* error) {
  const int64_t wake = result([] { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); });
  if (wake < 0) {
    *error = static_cast<int>(wake);
    return nullptr;
  }
  const napi_env env = environment.env();
  Lookups* const lookups = new Lookups(env);
  // Not make_shared: without RTTI it asks for a newer libstdc++ than Node.js has.
  lookups->inbox_ = std::shared_ptr<LookupInbox>(new LookupInbox(static_cast<int>(wake)));
  LoopWatch::Open* const open_watch =
      environment.has_loop_thread() ? LoopWatch::by_thread : LoopWatch::by_libuv;
  lookups->watch_ = open_watch(
      env, static_cast<int>(wake), [](void* self) { static_cast<Lookups*>(self)->deliver(); },
      lookups, error);
  if (lookups->watch_ != nullptr) return lookups;
  delete lookups;
  return nullptr;
}

int Lookups::start(napi_value done, Lookup lookup) {
  napi_ref reference = nullptr;
  if (napi_create_reference(env_, done, 1, &reference) != napi_ok) return -ENOMEM;
  const int64_t id = ++last_;
  waiting_[id] = reference;
  const int started = run_in_thread([inbox = inbox_, id, lookup = std::move(lookup)] {
    Found found = {id, 0, {}};
    found.status = lookup(found.bytes);
    inbox->put(std::move(found));
  });
  if (started < 0) {
    waiting_.erase(id);
    napi_delete_reference(env_, reference);
  }
  return started;
}

void Lookups::deliver() {
  const napi_env env = env_;
  for (const Found& one : inbox_->take()) {
    const auto entry = waiting_.find(one.id);
    if (entry == waiting_.end()) continue;
    const napi_ref reference = entry->second;
    waiting_.erase(entry);
    napi_handle_scope scope = nullptr;
    if (napi_open_handle_scope(env, &scope) != napi_ok) return;
    napi_value done = nullptr, global = nullptr, bytes = nullptr;
    napi_get_reference_value(env, reference, &done);
    napi_delete_reference(env, reference);
    napi_get_global(env, &global);
    const bool ok = one.status >= 0;
    if (!ok || napi_create_buffer_copy(env, one.bytes.size(), one.bytes.data(), nullptr, &bytes) !=
                   napi_ok)
      napi_get_null(env, &bytes);
    const napi_value arguments[] = {
        answer(env, ok ? static_cast<int64_t>(one.bytes.size()) : one.status), bytes};
    napi_value ignored = nullptr;  // Deno writes to it unasked
    const napi_status status =
        napi_make_callback(env, nullptr, global, done, 2, arguments, &ignored);
    napi_value thrown = nullptr;
    if (status == napi_pending_exception &&
        napi_get_and_clear_last_exception(env, &thrown) == napi_ok)
      napi_fatal_exception(env, thrown);
    napi_close_handle_scope(env, scope);
    if (status != napi_ok && status != napi_pending_exception) return;  // the environment ends
  }
}

void Lookups::close(void (*closed)(void*), void* data) {
  closed_ = closed;
  data_ = data;
  for (const auto& entry : waiting_) napi_delete_reference(env_, entry.second);
  waiting_.clear();
  watch_->close(
      [](void* self) {
        Lookups* const lookups = static_cast<Lookups*>(self);
        lookups->closed_(lookups->data_);
        delete lookups;
      },
      this);
}
