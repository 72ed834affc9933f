// pcap-filter(7) to classic BPF, by the system's libpcap.
#include <napi.h>
#include <stdio.h>
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
  void* (*fopen_offline)(FILE*, char*);
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
    library.find("pcap_fopen_offline", &fopen_offline);
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

/** A program to compile, for frames at rest (no device) or of a live capture. */
struct Question {
  std::string expression;
  bool live;
  std::string device;
  int linktype, snaplen, optimize;
  int file;  // 0: none; 1: a capture file of this byte order, 2: of the other one
};

/** A file with no frames in it: libpcap then compiles as for `tcpdump -r`. */
void* open_file(const Libpcap& pcap, const Question& question, char* error) {
  const uint32_t magic = 0xa1b2c3d4;
  uint32_t words[6] = {magic,
                       2 | 4 << 16,
                       0,
                       0,
                       static_cast<uint32_t>(question.snaplen),
                       static_cast<uint32_t>(question.linktype)};
  uint16_t version[2] = {2, 4};
  memcpy(&words[1], version, sizeof version);
  if (question.file == 2) {
    for (uint32_t& word : words) word = __builtin_bswap32(word);
    for (uint16_t& half : version) half = __builtin_bswap16(half);
    memcpy(&words[1], version, sizeof version);
  }
  FILE* const file = fmemopen(words, sizeof words, "r");
  if (file == nullptr) return nullptr;
  void* const handle = pcap.fopen_offline(file, error);
  if (handle == nullptr) fclose(file);
  return handle;
}

/** How many instructions, and the program; or -errno, and the reason. */
int64_t compile(const Libpcap& pcap, const Question& question, std::string& program,
                std::string& reason) {
  char error[kErrorSize] = "";
  void* const handle = question.live   ? pcap.create(question.device.c_str(), error)
                       : question.file ? open_file(pcap, question, error)
                                       : pcap.open_dead(question.linktype, question.snaplen);
  if (handle == nullptr) {
    reason = error;
    return question.live || error[0] != 0 ? -EBADMSG : -ENOMEM;
  }
  int64_t answer = 0;
  if (question.live) {
    pcap.set_snaplen(handle, question.snaplen);
    pcap.set_buffer_size(handle, 1 << 16);
    const int status = pcap.activate(handle);
    answer = status < 0                                         ? activation(status)
             : pcap.set_datalink(handle, question.linktype) < 0 ? -EBADMSG
                                                                : 0;
  }
  Program compiled = {0, nullptr};
  if (answer == 0) {
    static std::mutex lock;  // libpcap before 1.8 compiles one expression at a time
    std::lock_guard<std::mutex> held(lock);
    if (pcap.compile(handle, &compiled, question.expression.c_str(), question.optimize,
                     kUnknownNetmask) < 0)
      answer = -EBADMSG;
  }
  if (answer < 0) {
    reason = pcap.geterr(handle);
  } else {
    answer = compiled.length;
    program.assign(reinterpret_cast<const char*>(compiled.instructions),
                   compiled.length * sizeof(struct sock_filter));
    pcap.freecode(&compiled);
  }
  pcap.close(handle);
  return answer;
}

int64_t answer_to(const Question& question, std::string& program, std::string& reason) {
  const Libpcap* library = nullptr;
  const int opened = open_library(&library);
  return opened < 0 ? opened : compile(*library, question, program, reason);
}

Question question_of(Arguments& args) {
  Question question = {};
  question.expression = args.text(0, kLongest);
  question.live = !args.is_null(1);
  if (question.live) question.device = args.text(1, 64);
  question.linktype = args.integer(2);
  question.snaplen = args.integer(3);
  question.optimize = args.integer(4);
  question.file = args.integer(5);
  return question;
}

/** pcap_compile(expression, device | null, linktype, snaplen, optimize, file, out, message): how
 * many instructions, which go to `out` where all fit; -EBADMSG and the reason in `message`;
 * -errno as open_library(). */
napi_value pcap_compile_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const Question question = question_of(args);
  const Bytes out = args.bytes(6), message = args.bytes(7);
  if (args.bad()) return args.refusal();
  std::string program, reason;
  const int64_t answer = answer_to(question, program, reason);
  if (program.size() <= out.length) memcpy(out.data, program.data(), program.size());
  copy_text(message, reason.c_str());
  return args.answer(answer);
}

/** Compiles in a worker thread. */
class Compilation final : public Napi::AsyncWorker {
 public:
  Compilation(const Napi::Function& done, Question question)
      : Napi::AsyncWorker(done, "bsd-socket"), question_(std::move(question)) {}

 protected:
  void Execute() override { answer_ = answer_to(question_, program_, reason_); }
  void OnOK() override {
    const Napi::Env env = Env();
    const std::string& bytes = answer_ < 0 ? reason_ : program_;
    Callback().Call({Napi::Number::New(env, static_cast<double>(answer_)),
                     Napi::Buffer<char>::Copy(env, bytes.data(), bytes.size())});
  }

 private:
  const Question question_;
  std::string program_, reason_;
  int64_t answer_ = 0;
};

/** The same in a worker thread: done(count, program), or done(-errno, reason). */
napi_value pcap_compile_async(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  Question question = question_of(args);
  const napi_value done = args.function(6);
  if (args.bad()) return args.refusal();
  (new Compilation(Napi::Function(env, done), std::move(question)))->Queue();
  return args.answer(0);
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

const Function kPcap[] = {{"pcap_compile", pcap_compile_},
                          {"pcap_compile_async", pcap_compile_async},
                          {"pcap_version", pcap_version},
                          {nullptr, nullptr}};
