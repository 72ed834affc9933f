{
  "targets": [
    {
      "target_name": "bsd_socket",
      "sources": [
        "native/addon.cc",
        "native/constants.cc",
        "native/environment.cc",
        "native/glibc-compat.cc",
        "native/job-threads.cc",
        "native/layouts.cc",
        "native/linux/compress.cc",
        "native/linux/library.cc",
        "native/linux/netns.cc",
        "native/linux/pcap.cc",
        "native/linux/privileges.cc",
        "native/linux/record_file.cc",
        "native/linux/recorder.cc",
        "native/linux/ring.cc",
        "native/lookups.cc",
        "native/loop-thread.cc",
        "native/loop-uv.cc",
        "native/poller.cc",
        "native/syscalls/batch.cc",
        "native/syscalls/descriptors.cc",
        "native/syscalls/interfaces.cc",
        "native/syscalls/lifecycle.cc",
        "native/syscalls/message.cc",
        "native/syscalls/names.cc",
        "native/syscalls/options.cc",
        "native/syscalls/transfer.cc",
        "native/thread.cc"
      ],
      "defines": [
        "NAPI_VERSION=8",
        "NAPI_DISABLE_CPP_EXCEPTIONS",
        "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS",
        "_GNU_SOURCE"
      ],
      "cflags_cc!": ["-fexceptions", "-frtti", "-std=gnu++17"],
      "cflags_cc": [
        "-isystem <!(node -p \"require('path').relative('build', require('node-addon-api').include_dir)\")",
        "-std=c++17", "-fno-exceptions", "-fno-rtti", "-fvisibility=hidden", "-O2",
        "-Wall", "-Wextra", "-Wshadow", "-Wconversion"
      ]
    }
  ]
}
