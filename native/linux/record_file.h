// The files of a recorder: records gathered and written, rotated, and cut at a whole record where
// the disk is full.
#ifndef BSD_SOCKET_LINUX_RECORD_FILE_H
#define BSD_SOCKET_LINUX_RECORD_FILE_H

#include <string.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "../memory.h"
#include "compress.h"
#include "recorder.h"
#include "ring.h"

/** Milliseconds of CLOCK_MONOTONIC. */
int64_t monotonic_ms();

class RecordFile {
 public:
  RecordFile(const abi::recorder_settings& settings, std::string path, std::vector<uint8_t> header,
             std::vector<std::shared_ptr<Ring>> rings, int wake,
             const std::atomic<bool>* abandoned);
  ~RecordFile();

  /** Whether there was no memory for the frames of a block. */
  bool failed() const { return buffer_.failed(); }
  /** Opens the next file and writes its header. 0 or -errno, here and below. */
  int open_next();
  static constexpr int kFull = 1;
  /** Adds the frames of a block, in a new file where it is time for one. kFull: a limit is reached.
   */
  int take(Ring& ring, uint32_t block, uint32_t interface);
  /** Writes what was gathered. */
  int flush();
  /** Writes the statistics of the interfaces (pcapng), flushes, closes. */
  int finish();

  /** Whether something was gathered that is not written. */
  bool unwritten() const { return used_ > 0 && !failed_; }
  /** A pipe or a device: somebody may be reading, and what was gathered is written at once. */
  bool live() const { return live_; }
  uint64_t packets() const { return packets_; }
  uint64_t bytes() const { return bytes_; }
  uint64_t files() const { return files_; }

 private:
  std::string name();
  size_t record_size(size_t caplen) const;
  int add(const RingFrame& frame, uint32_t interface);
  int take_plain(const Ring& ring, uint32_t block);
  int write_gathered(size_t* wrote);
  int write_all(const uint8_t* data, size_t size, size_t* wrote);
  void cut(size_t wrote);
  int wait_writable();
  void statistics();
  int open_descriptor();

  const abi::recorder_settings settings_;
  const std::string path_;
  std::string dated_;      // the last name that strftime(3) made
  uint64_t repeated_ = 0;  // how often it made that again
  const std::vector<uint8_t> header_;
  const std::vector<std::shared_ptr<Ring>> rings_;
  const int wake_;
  const std::atomic<bool>* const abandoned_;
  const size_t tail_;  // bytes of statistics that end each file
  const Memory<uint8_t> buffer_;
  size_t used_ = 0;        // gathered, not written
  uint64_t gathered_ = 0;  // frames among it
  std::unique_ptr<Compressor> compressor_;
  int fd_ = -1;
  bool failed_ = false, live_ = false, socket_ = false;
  bool woken_ = false;       // wake_ was readable, and stays so
  uint64_t file_bytes_ = 0;  // of this file, with what is gathered
  uint64_t written_ = 0;     // of this file, on the disk
  uint64_t packets_ = 0, bytes_ = 0, files_ = 0;
  int64_t opened_ = 0;
};

#endif
