// Frozen ABI: structs of the kernel that older headers lack, or know in a shorter form. In
// namespace abi they hide the older ones.
#ifndef BSD_SOCKET_LINUX_STRUCTS_H
#define BSD_SOCKET_LINUX_STRUCTS_H

#include "../platform.h"

namespace abi {

struct dmabuf_token {
  unsigned int token_start;
  unsigned int token_count;
};

struct tcp_info {
  __u8 tcpi_state;
  __u8 tcpi_ca_state;
  __u8 tcpi_retransmits;
  __u8 tcpi_probes;
  __u8 tcpi_backoff;
  __u8 tcpi_options;
  __u8 tcpi_snd_wscale : 4;
  __u8 tcpi_rcv_wscale : 4;
  __u8 tcpi_delivery_rate_app_limited : 1;
  __u8 tcpi_fastopen_client_fail : 2;
  __u32 tcpi_rto;
  __u32 tcpi_ato;
  __u32 tcpi_snd_mss;
  __u32 tcpi_rcv_mss;
  __u32 tcpi_unacked;
  __u32 tcpi_sacked;
  __u32 tcpi_lost;
  __u32 tcpi_retrans;
  __u32 tcpi_fackets;
  __u32 tcpi_last_data_sent;
  __u32 tcpi_last_ack_sent;
  __u32 tcpi_last_data_recv;
  __u32 tcpi_last_ack_recv;
  __u32 tcpi_pmtu;
  __u32 tcpi_rcv_ssthresh;
  __u32 tcpi_rtt;
  __u32 tcpi_rttvar;
  __u32 tcpi_snd_ssthresh;
  __u32 tcpi_snd_cwnd;
  __u32 tcpi_advmss;
  __u32 tcpi_reordering;
  __u32 tcpi_rcv_rtt;
  __u32 tcpi_rcv_space;
  __u32 tcpi_total_retrans;
  __u64 tcpi_pacing_rate;
  __u64 tcpi_max_pacing_rate;
  __u64 tcpi_bytes_acked;
  __u64 tcpi_bytes_received;
  __u32 tcpi_segs_out;
  __u32 tcpi_segs_in;
  __u32 tcpi_notsent_bytes;
  __u32 tcpi_min_rtt;
  __u32 tcpi_data_segs_in;
  __u32 tcpi_data_segs_out;
  __u64 tcpi_delivery_rate;
  __u64 tcpi_busy_time;
  __u64 tcpi_rwnd_limited;
  __u64 tcpi_sndbuf_limited;
  __u32 tcpi_delivered;
  __u32 tcpi_delivered_ce;
  __u64 tcpi_bytes_sent;
  __u64 tcpi_bytes_retrans;
  __u32 tcpi_dsack_dups;
  __u32 tcpi_reord_seen;
  __u32 tcpi_rcv_ooopack;
  __u32 tcpi_snd_wnd;
  __u32 tcpi_rcv_wnd;
  __u32 tcpi_rehash;
  __u16 tcpi_total_rto;
  __u16 tcpi_total_rto_recoveries;
  __u32 tcpi_total_rto_time;
  __u32 tcpi_received_ce;
  __u32 tcpi_delivered_e1_bytes;
  __u32 tcpi_delivered_e0_bytes;
  __u32 tcpi_delivered_ce_bytes;
  __u32 tcpi_received_e1_bytes;
  __u32 tcpi_received_e0_bytes;
  __u32 tcpi_received_ce_bytes;
  __u32 tcpi_ecn_mode : 2;
  __u32 tcpi_accecn_opt_seen : 2;
  __u32 tcpi_accecn_fail_mode : 4;
  __u32 tcpi_options2 : 24;
};

struct tcp_ao_add {
  struct sockaddr_storage addr;
  char alg_name[64];
  __s32 ifindex;
  __u32 set_current : 1;
  __u32 set_rnext : 1;
  __u32 reserved : 30;
  __u16 reserved2;
  __u8 prefix;
  __u8 sndid;
  __u8 rcvid;
  __u8 maclen;
  __u8 keyflags;
  __u8 keylen;
  __u8 key[80];
};

struct tcp_ao_del {
  struct sockaddr_storage addr;
  __s32 ifindex;
  __u32 set_current : 1;
  __u32 set_rnext : 1;
  __u32 del_async : 1;
  __u32 reserved : 29;
  __u16 reserved2;
  __u8 prefix;
  __u8 sndid;
  __u8 rcvid;
  __u8 current_key;
  __u8 rnext;
  __u8 keyflags;
};

struct tcp_ao_info_opt {
  __u32 set_current : 1;
  __u32 set_rnext : 1;
  __u32 ao_required : 1;
  __u32 set_counters : 1;
  __u32 accept_icmps : 1;
  __u32 reserved : 27;
  __u16 reserved2;
  __u8 current_key;
  __u8 rnext;
  __u64 pkt_good;
  __u64 pkt_bad;
  __u64 pkt_key_not_found;
  __u64 pkt_ao_required;
  __u64 pkt_dropped_icmp;
};

struct tcp_ao_getsockopt {
  struct sockaddr_storage addr;
  char alg_name[64];
  __u8 key[80];
  __u32 nkeys;
  __u16 is_current : 1;
  __u16 is_rnext : 1;
  __u16 get_all : 1;
  __u16 reserved : 13;
  __u8 sndid;
  __u8 rcvid;
  __u8 prefix;
  __u8 maclen;
  __u8 keyflags;
  __u8 keylen;
  __s32 ifindex;
  __u64 pkt_good;
  __u64 pkt_bad;
};

struct tcp_ao_repair {
  __be32 snt_isn;
  __be32 rcv_isn;
  __u32 snd_sne;
  __u32 rcv_sne;
};

struct icmp_filter {
  __u32 data;
};

struct icmp6_filter {
  __u32 data[8];
};

struct xdp_umem_reg {
  __u64 addr;
  __u64 len;
  __u32 chunk_size;
  __u32 headroom;
  __u32 flags;
  __u32 tx_metadata_len;
};

struct mptcp_info {
  __u8 mptcpi_subflows;
  __u8 mptcpi_add_addr_signal;
  __u8 mptcpi_add_addr_accepted;
  __u8 mptcpi_subflows_max;
  __u8 mptcpi_add_addr_signal_max;
  __u8 mptcpi_add_addr_accepted_max;
  __u32 mptcpi_flags;
  __u32 mptcpi_token;
  __u64 mptcpi_write_seq;
  __u64 mptcpi_snd_una;
  __u64 mptcpi_rcv_nxt;
  __u8 mptcpi_local_addr_used;
  __u8 mptcpi_local_addr_max;
  __u8 mptcpi_csum_enabled;
  __u32 mptcpi_retransmits;
  __u64 mptcpi_bytes_retrans;
  __u64 mptcpi_bytes_sent;
  __u64 mptcpi_bytes_received;
  __u64 mptcpi_bytes_acked;
  __u8 mptcpi_subflows_total;
  __u8 mptcpi_endp_laminar_max;
  __u8 mptcpi_endp_fullmesh_max;
  __u8 reserved;
  __u32 mptcpi_last_data_sent;
  __u32 mptcpi_last_data_recv;
  __u32 mptcpi_last_ack_recv;
};

struct mptcp_full_info {
  __u32 size_tcpinfo_kernel;
  __u32 size_tcpinfo_user;
  __u32 size_sfinfo_kernel;
  __u32 size_sfinfo_user;
  __u32 num_subflows;
  __u32 size_arrays_user;
  __u64 subflow_info;
  __u64 tcp_info;
  struct mptcp_info mptcp_info;
};

struct can_raw_vcid_options {
  __u8 flags;
  __u8 tx_vcid;
  __u8 rx_vcid;
  __u8 rx_vcid_mask;
};

struct dmabuf_cmsg {
  long long unsigned int frag_offset;
  unsigned int frag_size;
  unsigned int frag_token;
  unsigned int dmabuf_id;
  unsigned int flags;
};

struct mptcp_subflow_info {
  __u32 id;
  struct mptcp_subflow_addrs addrs;
};

}  // namespace abi

#endif
