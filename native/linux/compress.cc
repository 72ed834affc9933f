// gzip by zlib's own file functions, zstd by its streams: both through opaque pointers, so that no
// header of theirs is needed.
#include "compress.h"

#include <sys/mman.h>

#include <utility>
#include <vector>

#include "../result.h"
#include "library.h"
#include "../platform.h"

namespace {

struct Gzip {
  void* (*dopen)(int, const char*);
  int (*write)(void*, const void*, unsigned);
  int (*flush)(void*, int);
  int (*close)(void*);
  int status;

  Gzip() {
    Library library({"libz.so.1"});
    library.find("gzdopen", &dopen);
    library.find("gzwrite", &write);
    library.find("gzflush", &flush);
    library.find("gzclose", &close);
    status = library.status();
  }
};

int errno_or(int otherwise) { return errno != 0 ? -errno : otherwise; }

constexpr size_t kOut = 1 << 17;

/** zlib's file functions write to a memfd, whose content then goes to the sink: they could not wait
 * for a slow reader and be stopped. */
class GzipCompressor final : public Compressor {
 public:
  GzipCompressor(const Gzip& z, void* file, int memory, Sink sink)
      : z_(z), file_(file), memory_(memory), sink_(std::move(sink)), out_(kOut) {}
  ~GzipCompressor() override {
    if (file_ != nullptr) z_.close(file_);
    close(memory_);
  }
  int write(const uint8_t* data, size_t size) override {
    errno = 0;
    return z_.write(file_, data, static_cast<unsigned>(size)) == static_cast<int>(size)
               ? drain()
               : errno_or(-EIO);
  }
  int flush() override {
    errno = 0;
    return z_.flush(file_, 2 /* Z_SYNC_FLUSH */) == 0 ? drain() : errno_or(-EIO);
  }
  int finish() override {
    errno = 0;
    const int status = z_.close(file_);
    file_ = nullptr;
    return status == 0 ? drain() : errno_or(-EIO);
  }

 private:
  /** Passes what zlib has written to the sink, and empties the memfd. */
  int drain() {
    for (off_t at = 0;;) {
      const int64_t got = result([&] { return pread(memory_, out_.data(), out_.size(), at); });
      if (got < 0) return static_cast<int>(got);
      if (got == 0) break;
      const int status = sink_(out_.data(), static_cast<size_t>(got));
      if (status < 0) return status;
      at += static_cast<off_t>(got);
    }
    return ftruncate(memory_, 0) < 0 || lseek(memory_, 0, SEEK_SET) < 0 ? -errno : 0;
  }

  const Gzip& z_;
  void* file_;
  const int memory_;
  const Sink sink_;
  std::vector<uint8_t> out_;
};

struct ZstdIn {
  const void* data;
  size_t size, at;
};
struct ZstdOut {
  void* data;
  size_t size, at;
};

struct Zstd {
  void* (*create)();
  size_t (*free)(void*);
  size_t (*compress)(void*, ZstdOut*, ZstdIn*, int);
  unsigned (*is_error)(size_t);
  int status;

  Zstd() {
    Library library({"libzstd.so.1"});
    library.find("ZSTD_createCCtx", &create);
    library.find("ZSTD_freeCCtx", &free);
    library.find("ZSTD_compressStream2", &compress);
    library.find("ZSTD_isError", &is_error);
    status = library.status();
  }
};

class ZstdCompressor final : public Compressor {
 public:
  ZstdCompressor(const Zstd& z, void* context, Sink sink)
      : z_(z), context_(context), sink_(std::move(sink)), out_(kOut) {}
  ~ZstdCompressor() override { z_.free(context_); }
  int write(const uint8_t* data, size_t size) override { return compress(data, size, 0); }
  int flush() override { return compress(nullptr, 0, 1); }
  int finish() override { return compress(nullptr, 0, 2); }

 private:
  /** `directive`: ZSTD_e_continue 0, ZSTD_e_flush 1, ZSTD_e_end 2. */
  int compress(const uint8_t* data, size_t size, int directive) {
    ZstdIn in = {data, size, 0};
    for (;;) {
      ZstdOut out = {out_.data(), out_.size(), 0};
      const size_t left = z_.compress(context_, &out, &in, directive);
      if (z_.is_error(left)) return -EIO;
      const int status = out.at == 0 ? 0 : sink_(out_.data(), out.at);
      if (status < 0) return status;
      if (directive == 0 ? in.at == in.size : left == 0) return 0;
    }
  }

  const Zstd& z_;
  void* const context_;
  const Sink sink_;
  std::vector<uint8_t> out_;
};

}  // namespace

int Compressor::open(uint32_t kind, Sink sink, std::unique_ptr<Compressor>* compressor) {
  compressor->reset();
  if (kind == kGzip) {
    const Gzip* gzip = nullptr;
    const int opened = open_library(&gzip);
    if (opened < 0) return opened;
    const int memory = memfd_create("gzip", MFD_CLOEXEC);
    const int own = memory < 0 ? -1 : fcntl(memory, F_DUPFD_CLOEXEC, 0);  // gzclose closes it
    void* const file = own < 0 ? nullptr : gzip->dopen(own, "wb1");
    if (file == nullptr) {
      const int status = memory < 0 || own < 0 ? -errno : -ENOMEM;
      if (own >= 0) close(own);
      if (memory >= 0) close(memory);
      return status;
    }
    compressor->reset(new GzipCompressor(*gzip, file, memory, std::move(sink)));
  } else if (kind == kZstd) {
    const Zstd* zstd = nullptr;
    const int opened = open_library(&zstd);
    if (opened < 0) return opened;
    void* const context = zstd->create();
    if (context == nullptr) return -ENOMEM;
    compressor->reset(new ZstdCompressor(*zstd, context, std::move(sink)));
  }
  return 0;
}
