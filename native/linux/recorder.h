// A recorder: a thread that writes the frames of rings to a capture file, without JavaScript.
#ifndef BSD_SOCKET_LINUX_RECORDER_H
#define BSD_SOCKET_LINUX_RECORDER_H

#include <stddef.h>
#include <stdint.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "../thread.h"
#include "ring.h"

namespace abi {

/** How to record; 0 is "no limit" and "no rotation". */
struct recorder_settings {
  uint64_t packets;       // stops after so many
  uint64_t bytes;         // stops before the files of this recording have more
  uint64_t milliseconds;  // stops after so long
  uint64_t rotate_bytes;  // a new file before this one has more
  uint64_t rotate_ms;     // a new file after so long
  uint32_t rotate_files;  // keeps so many files
  uint32_t format;        // 0 is pcap, 1 pcapng
  uint32_t nanoseconds;   // 0 is microseconds
  uint32_t prepare;       // kReinsert, kCooked
  uint32_t compress;      // Compressor::Kind
  int32_t fd;             // writes here where there is no path
  uint32_t mode;          // permissions of a file that is created
  uint32_t follow;        // 0: a path that is a symbolic link to a file is refused
};

/** What was recorded. */
struct recorder_counts {
  uint64_t packets;  // frames in the files
  uint64_t bytes;    // of the files, before compression
  uint64_t files;
};

}  // namespace abi

class RecordFile;

class Recorder {
 public:
  using Settings = abi::recorder_settings;
  using Counts = abi::recorder_counts;

  /** Opens the first file and starts the thread: 0 or -errno. `header` begins every file. */
  static int start(std::vector<std::shared_ptr<Ring>> rings, const Settings& settings,
                   const std::string& path, std::vector<uint8_t> header,
                   std::shared_ptr<Recorder>* recorder);
  /** Ends at once: what is not written is lost. */
  ~Recorder();

  /** An eventfd, readable once the recorder has ended. */
  int done_fd() const { return done_; }
  /** Writes the frames received until now, and ends. */
  void stop();
  /** Ends now, and waits for that. */
  void abandon();
  /** -EAGAIN while it runs; then 0, or the -errno that ended it. `counts` is valid in either case.
   */
  int outcome(Counts* counts) const;

 private:
  Recorder() = default;
  void run();
  int record();
  int take_ready(bool* any);
  void begin_end();
  void end_when_due();
  int wait();
  int broken() const;
  bool complete() const;
  int64_t deadline() const;

  std::vector<std::shared_ptr<Ring>> rings_;
  std::vector<uint64_t> target_;  // frames to take before the end, per ring
  Settings settings_ = {};
  std::unique_ptr<RecordFile> file_;
  std::unique_ptr<Thread> thread_;
  int wake_ = -1, done_ = -1;
  std::atomic<bool> stopping_{false}, abandoned_{false}, ended_{false}, full_{false};
  std::atomic<int> status_{0};
  std::atomic<uint64_t> packets_{0}, bytes_{0}, files_{0};
  bool socket_error_ = true;  // SO_ERROR of the sockets is to be read
  int64_t started_ = 0, drain_until_ = 0;
  int failure_ = 0;  // what ended it, returned once the received frames are written
};

#endif
