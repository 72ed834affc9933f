{
  "targets": [
    {
      "target_name": "bsd_socket",
      "sources": [
        "native/addon.cc"
      ],
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": [
        "NAPI_VERSION=8",
        "NAPI_DISABLE_CPP_EXCEPTIONS",
        "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"
      ],
      "cflags_cc!": ["-fexceptions", "-frtti"],
      "cflags_cc": [
        "-std=c++17", "-fno-exceptions", "-fno-rtti", "-fvisibility=hidden", "-O2",
        "-Wall", "-Wextra", "-Wshadow", "-Wconversion"
      ]
    }
  ]
}
