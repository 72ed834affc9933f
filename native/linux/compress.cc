// gzip by zlib's own file functions, zstd by its streams: both through opaque pointers, so that no header of theirs is needed.
#include "compress.h"

#include <sys/syscall.h>

#include <vector>

#include "../platform.h"
#include "../result.h"
#include "library.h"

namespace {

struct Gzip {
  void* (*dopen)(int, const char*);
  int (*write)(void*, const void*, unsigned);
  int (*close)(void*);
  bool there;

  Gzip() {
    Library library({"libz.so.1"});
    library.find("gzdopen", &dopen);
    library.find("gzwrite", &write);
    library.find("gzclose", &close);
    there = library.opened();
  }
};

int errno_or(int otherwise) { return errno != 0 ? -errno : otherwise; }

/** zlib's file functions write to a file in memory: its streams are node's at one call and libz's at the next, where both are in the process. */
class GzipCompressor final : public Compressor {
 public:
  GzipCompressor(const Gzip& z, Sink sink) : z_(z), sink_(std::move(sink)) {}
  ~GzipCompressor() override {
    if (file_ != nullptr) z_.close(file_);
    if (memory_ >= 0) close(memory_);
  }
  int begin() {
    memory_ = static_cast<int>(syscall(SYS_memfd_create, "gzip", 1u /* MFD_CLOEXEC */));
    if (memory_ < 0) return -errno;
    const int64_t own = result([&] { return fcntl(memory_, F_DUPFD_CLOEXEC, 0); });  // gzclose closes it
    if (own < 0) return static_cast<int>(own);
    file_ = z_.dopen(static_cast<int>(own), "wb1");
    if (file_ == nullptr) close(static_cast<int>(own));
    return file_ == nullptr ? -ENOMEM : 0;
  }
  int write(const uint8_t* data, size_t size) override {
    errno = 0;
    if (z_.write(file_, data, static_cast<unsigned>(size)) != static_cast<int>(size)) return errno_or(-EIO);
    return hand_over();
  }
  int finish() override {
    errno = 0;
    const int status = z_.close(file_);
    file_ = nullptr;
    return status == 0 ? hand_over() : errno_or(-EIO);
  }

 private:
  /** What has come out since the last time, to the sink. */
  int hand_over() {
    const off_t end = lseek(memory_, 0, SEEK_CUR);
    uint8_t out[1 << 14];
    for (off_t at = 0; at < end;) {
      const int64_t got = result([&] { return pread(memory_, out, sizeof out, at); });
      const int status = got <= 0 ? -EIO : sink_(out, static_cast<size_t>(got));
      if (status < 0) return status;
      at += static_cast<off_t>(got);
    }
    return lseek(memory_, 0, SEEK_SET) == 0 && ftruncate(memory_, 0) == 0 ? 0 : -errno;
  }

  const Gzip& z_;
  const Sink sink_;
  int memory_ = -1;
  void* file_ = nullptr;
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
  bool there;

  Zstd() {
    Library library({"libzstd.so.1"});
    library.find("ZSTD_createCCtx", &create);
    library.find("ZSTD_freeCCtx", &free);
    library.find("ZSTD_compressStream2", &compress);
    library.find("ZSTD_isError", &is_error);
    there = library.opened();
  }
};

class ZstdCompressor final : public Compressor {
 public:
  ZstdCompressor(const Zstd& z, Sink sink) : z_(z), context_(z.create()), sink_(std::move(sink)), out_(1 << 17) {}
  ~ZstdCompressor() override { z_.free(context_); }
  bool begun() const { return context_ != nullptr; }
  int write(const uint8_t* data, size_t size) override { return go(data, size, 0 /* ZSTD_e_continue */); }
  int finish() override { return go(nullptr, 0, 2 /* ZSTD_e_end */); }

 private:
  int go(const uint8_t* data, size_t size, int directive) {
    ZstdIn in = {data, size, 0};
    for (;;) {
      ZstdOut out = {out_.data(), out_.size(), 0};
      const size_t left = z_.compress(context_, &out, &in, directive);
      if (z_.is_error(left)) return -EIO;
      const int status = sink_(out_.data(), out.at);
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
    static const Gzip gzip;
    if (!gzip.there) return -ELIBACC;
    std::unique_ptr<GzipCompressor> made(new GzipCompressor(gzip, std::move(sink)));
    const int begun = made->begin();
    if (begun < 0) return begun;
    *compressor = std::move(made);
  } else if (kind == kZstd) {
    static const Zstd zstd;
    if (!zstd.there) return -ELIBACC;
    std::unique_ptr<ZstdCompressor> made(new ZstdCompressor(zstd, std::move(sink)));
    if (!made->begun()) return -ENOMEM;
    *compressor = std::move(made);
  }
  return 0;
}
