{
  "target_defaults": {
    "cflags_cc!": ["-fexceptions", "-frtti"],
    "cflags_cc": ["-std=c++17", "-O2", "-Wall", "-Wextra", "-Wshadow", "-Wconversion"]
  },
  "targets": [
    { "target_name": "loops", "sources": ["loops.cc"], "defines": ["NAPI_VERSION=8"] },
    { "target_name": "echo_peer", "type": "executable", "sources": ["echo_peer.cc"] }
  ]
}
