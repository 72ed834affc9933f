// pcap-filter(7) to classic BPF, by the system's libpcap.
#include <string.h>

#include <mutex>

#include "../arguments.h"
#include "../functions.h"
#include "../platform.h"
#include "library.h"

namespace {

struct Program {
  unsigned length;
  struct sock_filter* instructions;
};

/** The functions of pcap.h that are used here, over opaque pointers. */
struct Libpcap {
  void* (*open_dead)(int, int);
  void* (*create)(const char*, char*);
  int (*set_snaplen)(void*, int);
  int (*set_buffer_size)(void*, int);
  int (*activate)(void*);
  int (*set_datalink)(void*, int);
  int (*compile)(void*, Program*, const char*, int, uint32_t);
  void (*freecode)(Program*);
  char* (*geterr)(void*);
  void (*close)(void*);
  const char* (*lib_version)();
  int status;

  Libpcap() {
    Library library({"libpcap.so.0.8", "libpcap.so.1", "libpcap.so"});
    library.find("pcap_open_dead", &open_dead);
    library.find("pcap_create", &create);
    library.find("pcap_set_snaplen", &set_snaplen);
    library.find("pcap_set_buffer_size", &set_buffer_size);
    library.find("pcap_activate", &activate);
    library.find("pcap_set_datalink", &set_datalink);
    library.find("pcap_compile", &compile);
    library.find("pcap_freecode", &freecode);
    library.find("pcap_geterr", &geterr);
    library.find("pcap_close", &close);
    library.find("pcap_lib_version", &lib_version);
    status = library.status();
  }
};

constexpr uint32_t kUnknownNetmask = 0xffffffff;
constexpr size_t kLongest = 1 << 16;  // bytes of an expression
constexpr int kErrorSize = 256;       // PCAP_ERRBUF_SIZE

/** pcap_activate's own errors: PCAP_ERROR_NO_SUCH_DEVICE, PCAP_ERROR_IFACE_NOT_UP,
 * PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED. */
int64_t activation(int status) {
  return status == -5                    ? -ENODEV
         : status == -9                  ? -ENETDOWN
         : status == -8 || status == -11 ? -EPERM
                                         : -EIO;
}

/** Copies as much of the text as fits, with its NUL. */
void copy_text(Bytes message, const char* text) {
  if (message.length == 0) return;
  const size_t length = strnlen(text, message.length - 1);
  memcpy(message.data, text, length);
  message.data[length] = 0;
}

/** `out` takes 8 bytes for each instruction where all of them fit. */
int64_t compile(const Libpcap& pcap, void* handle, const std::string& expression, int optimize,
                Bytes out, Bytes message) {
  static std::mutex lock;  // libpcap before 1.8 compiles one expression at a time
  std::lock_guard<std::mutex> held(lock);
  Program program = {0, nullptr};
  if (pcap.compile(handle, &program, expression.c_str(), optimize, kUnknownNetmask) < 0) {
    copy_text(message, pcap.geterr(handle));
    return -EBADMSG;
  }
  const size_t size = program.length * sizeof(struct sock_filter);
  if (out.length >= size && size > 0) memcpy(out.data, program.instructions, size);
  const int64_t count = program.length;
  pcap.freecode(&program);
  return count;
}

/** pcap_compile(expression, device | null, linktype, snaplen, optimize, out, message): how many
 * instructions; -EBADMSG and the reason in `message`; -errno as open_library(). */
napi_value pcap_compile_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const std::string expression = args.text(0, kLongest);
  const bool live = !args.is_null(1);
  const std::string device = live ? args.text(1, 64) : std::string();
  const int linktype = args.integer(2), snaplen = args.integer(3), optimize = args.integer(4);
  const Bytes out = args.bytes(5), message = args.bytes(6);
  if (args.bad()) return args.refusal();
  const Libpcap* library = nullptr;
  const int opened = open_library(&library);
  if (opened < 0) return args.answer(opened);
  const Libpcap& pcap = *library;
  char error[kErrorSize] = "";
  void* const handle =
      live ? pcap.create(device.c_str(), error) : pcap.open_dead(linktype, snaplen);
  if (handle == nullptr) {
    copy_text(message, error);
    return args.answer(live ? -EBADMSG : -ENOMEM);
  }
  int64_t answer = 0;
  if (live) {
    pcap.set_snaplen(handle, snaplen);
    pcap.set_buffer_size(handle, 1 << 16);
    const int status = pcap.activate(handle);
    if (status < 0) {
      copy_text(message, pcap.geterr(handle));
      answer = activation(status);
    } else if (pcap.set_datalink(handle, linktype) < 0) {
      copy_text(message, pcap.geterr(handle));
      answer = -EBADMSG;
    }
  }
  if (answer == 0) answer = compile(pcap, handle, expression, optimize, out, message);
  pcap.close(handle);
  return args.answer(answer);
}

/** pcap_version(out): pcap_lib_version(3PCAP)'s text; -errno as open_library(). */
napi_value pcap_version(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const Bytes out = args.bytes(0);
  if (args.bad()) return args.refusal();
  const Libpcap* library = nullptr;
  const int opened = open_library(&library);
  if (opened < 0) return args.answer(opened);
  copy_text(out, library->lib_version());
  return args.answer(0);
}

}  // namespace

const Function kPcap[] = {
    {"pcap_compile", pcap_compile_}, {"pcap_version", pcap_version}, {nullptr, nullptr}};
