{
  "variables": { "libpcap": "<!(test -e /usr/include/pcap/pcap.h && echo 1 || echo 0)" },
  "target_defaults": {
    "cflags_cc!": ["-fexceptions", "-frtti"],
    "cflags_cc": ["-std=c++17", "-O2", "-Wall", "-Wextra", "-Wshadow", "-Wconversion"]
  },
  "targets": [
    { "target_name": "loops", "sources": ["loops.cc"], "defines": ["NAPI_VERSION=8"] },
    { "target_name": "echo_peer", "type": "executable", "sources": ["echo_peer.cc"] },
    { "target_name": "blast", "type": "executable", "sources": ["blast.cc"] },
    { "target_name": "ring_peer", "type": "executable", "sources": ["ring_peer.cc"] }
  ],
  "conditions": [
    ["libpcap==1", { "targets": [{ "target_name": "pcap_peer", "type": "executable", "sources": ["pcap_peer.cc"], "libraries": ["-lpcap"] }] }]
  ]
}
