{
  "targets": [
    {
      "target_name": "guard",
      "sources": ["guard.c"],
      "defines": ["NAPI_VERSION=8", "_GNU_SOURCE"],
      "cflags": ["-Wall", "-Wextra"]
    }
  ]
}
