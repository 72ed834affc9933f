{
  "target_defaults": {
    "defines": ["NAPI_VERSION=8", "_GNU_SOURCE"],
    "cflags": ["-Wall", "-Wextra"]
  },
  "targets": [
    { "target_name": "guard", "sources": ["guard.c"] },
    { "target_name": "threads", "sources": ["threads.c"] }
  ]
}
