// gzip by zlib's own file functions, zstd by its streams: both through opaque pointers, so that no header of theirs is needed.
#include "compress.h"

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
  bool there;

  Gzip() {
    Library library({"libz.so.1"});
    library.find("gzdopen", &dopen);
    library.find("gzwrite", &write);
    library.find("gzflush", &flush);
    library.find("gzclose", &close);
    there = library.opened();
  }
};

int errno_or(int otherwise) { return errno != 0 ? -errno : otherwise; }

class GzipCompressor final : public Compressor {
 public:
  GzipCompressor(const Gzip& z, void* file) : z_(z), file_(file) {}
  ~GzipCompressor() override { finish(); }
  int write(const uint8_t* data, size_t size) override {
    errno = 0;
    return z_.write(file_, data, static_cast<unsigned>(size)) == static_cast<int>(size) ? 0 : errno_or(-EIO);
  }
  int flush() override {
    errno = 0;
    return z_.flush(file_, 2 /* Z_SYNC_FLUSH */) == 0 ? 0 : errno_or(-EIO);
  }
  int finish() override {
    if (file_ == nullptr) return 0;
    errno = 0;
    const int status = z_.close(file_);
    file_ = nullptr;
    return status == 0 ? 0 : errno_or(-EIO);
  }

 private:
  const Gzip& z_;
  void* file_;
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
  ZstdCompressor(const Zstd& z, int fd) : z_(z), context_(z.create()), fd_(fd), out_(1 << 17), finished_(false) {}
  ~ZstdCompressor() override {
    finish();
    z_.free(context_);
  }
  int write(const uint8_t* data, size_t size) override { return go(data, size, 0); }
  int flush() override { return go(nullptr, 0, 1); }
  int finish() override {
    if (finished_) return 0;
    finished_ = true;
    return go(nullptr, 0, 2);
  }

 private:
  /** `directive`: 0 goes on, 1 flushes, 2 ends. */
  int go(const uint8_t* data, size_t size, int directive) {
    ZstdIn in = {data, size, 0};
    for (;;) {
      ZstdOut out = {out_.data(), out_.size(), 0};
      const size_t left = z_.compress(context_, &out, &in, directive);
      if (z_.is_error(left)) return -EIO;
      for (size_t at = 0; at < out.at;) {
        const int64_t wrote = result([&] { return ::write(fd_, out_.data() + at, out.at - at); });
        if (wrote < 0) return static_cast<int>(wrote);
        at += static_cast<size_t>(wrote);
      }
      if (directive == 0 ? in.at == in.size : left == 0) return 0;
    }
  }

  const Zstd& z_;
  void* context_;
  int fd_;
  std::vector<uint8_t> out_;
  bool finished_;
};

}  // namespace

int Compressor::open(uint32_t kind, int fd, std::unique_ptr<Compressor>* compressor) {
  compressor->reset();
  if (kind == kGzip) {
    static const Gzip gzip;
    if (!gzip.there) return -ELIBACC;
    const int own = dup(fd);  // gzclose closes it
    void* const file = own < 0 ? nullptr : gzip.dopen(own, "wb1");
    if (file == nullptr) {
      if (own >= 0) close(own);
      return -ENOMEM;
    }
    compressor->reset(new GzipCompressor(gzip, file));
  } else if (kind == kZstd) {
    static const Zstd zstd;
    if (!zstd.there) return -ELIBACC;
    compressor->reset(new ZstdCompressor(zstd, fd));
  }
  return 0;
}
