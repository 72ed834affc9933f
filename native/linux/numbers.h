// Frozen ABI: numbers of the kernel that the C library or an older set of kernel headers does not name. They never change.
#ifndef BSD_SOCKET_LINUX_NUMBERS_H
#define BSD_SOCKET_LINUX_NUMBERS_H

#ifndef IPPROTO_L2TP
#define IPPROTO_L2TP 115
#endif
#ifndef IPPROTO_SMC
#define IPPROTO_SMC 256
#endif
#ifndef IPPROTO_AGGFRAG
#define IPPROTO_AGGFRAG 144
#endif
#ifndef SOL_ATALK
#define SOL_ATALK 258
#endif
#ifndef SOL_AX25
#define SOL_AX25 257
#endif
#ifndef SOL_ICMP
#define SOL_ICMP 1
#endif
#ifndef SOL_IPX
#define SOL_IPX 256
#endif
#ifndef SOL_NETROM
#define SOL_NETROM 259
#endif
#ifndef SOL_ROSE
#define SOL_ROSE 260
#endif
#ifndef SOL_SCTP
#define SOL_SCTP 132
#endif
#ifndef SOL_TCP
#define SOL_TCP 6
#endif
#ifndef SOL_UDP
#define SOL_UDP 17
#endif
#ifndef SOL_UDPLITE
#define SOL_UDPLITE 136
#endif
#ifndef MSG_PROBE
#define MSG_PROBE 16
#endif
#ifndef MSG_SOCK_DEVMEM
#define MSG_SOCK_DEVMEM 33554432
#endif
#ifndef SIOCUNIXFILE
#define SIOCUNIXFILE 35296
#endif
#ifndef ETH_P_8021AC
#define ETH_P_8021AC 34928
#endif
#ifndef ETH_P_GRE_OSI
#define ETH_P_GRE_OSI 254
#endif
#ifndef ETH_P_MXLGSW
#define ETH_P_MXLGSW 35011
#endif
#ifndef ETH_P_NXP_NETC
#define ETH_P_NXP_NETC 64826
#endif
#ifndef ETH_P_YT921X
#define ETH_P_YT921X 39304
#endif
#ifndef SOF_TIMESTAMPING_OPT_ID_TCP
#define SOF_TIMESTAMPING_OPT_ID_TCP 65536
#endif
#ifndef SOF_TIMESTAMPING_OPT_RX_FILTER
#define SOF_TIMESTAMPING_OPT_RX_FILTER 131072
#endif
#ifndef SOF_TIMESTAMPING_TX_COMPLETION
#define SOF_TIMESTAMPING_TX_COMPLETION 262144
#endif
#ifndef UNIX_PATH_MAX
#define UNIX_PATH_MAX 108
#endif
#ifndef SO_KEPALIVE
#define SO_KEPALIVE SO_KEEPALIVE
#endif
#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD 76
#endif
#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif
#ifndef SO_DEVMEM_LINEAR
#define SO_DEVMEM_LINEAR 78
#endif
#ifndef SO_DEVMEM_DMABUF
#define SO_DEVMEM_DMABUF 79
#endif
#ifndef SO_DEVMEM_DONTNEED
#define SO_DEVMEM_DONTNEED 80
#endif
#ifndef SCM_TS_OPT_ID
#define SCM_TS_OPT_ID 81
#endif
#ifndef SO_RCVPRIORITY
#define SO_RCVPRIORITY 82
#endif
#ifndef SO_PASSRIGHTS
#define SO_PASSRIGHTS 83
#endif
#ifndef SO_INQ
#define SO_INQ 84
#endif
#ifndef SO_RIGHTS_NOTRUNC
#define SO_RIGHTS_NOTRUNC 85
#endif
#ifndef IP_OPTINOS
#define IP_OPTINOS IP_OPTIONS
#endif
#ifndef EBT_SO_SET_ENTRIES
#define EBT_SO_SET_ENTRIES 128
#endif
#ifndef EBT_SO_SET_COUNTERS
#define EBT_SO_SET_COUNTERS 129
#endif
#ifndef EBT_SO_GET_INFO
#define EBT_SO_GET_INFO 128
#endif
#ifndef EBT_SO_GET_ENTRIES
#define EBT_SO_GET_ENTRIES 129
#endif
#ifndef EBT_SO_GET_INIT_INFO
#define EBT_SO_GET_INIT_INFO 130
#endif
#ifndef EBT_SO_GET_INIT_ENTRIES
#define EBT_SO_GET_INIT_ENTRIES 131
#endif
#ifndef IP_VS_SO_SET_FLUSH
#define IP_VS_SO_SET_FLUSH 1157
#endif
#ifndef IP_VS_SO_SET_ADD
#define IP_VS_SO_SET_ADD 1154
#endif
#ifndef IP_VS_SO_SET_EDIT
#define IP_VS_SO_SET_EDIT 1155
#endif
#ifndef IP_VS_SO_SET_DEL
#define IP_VS_SO_SET_DEL 1156
#endif
#ifndef IP_VS_SO_SET_ADDDEST
#define IP_VS_SO_SET_ADDDEST 1159
#endif
#ifndef IP_VS_SO_SET_DELDEST
#define IP_VS_SO_SET_DELDEST 1160
#endif
#ifndef IP_VS_SO_SET_EDITDEST
#define IP_VS_SO_SET_EDITDEST 1161
#endif
#ifndef IP_VS_SO_SET_TIMEOUT
#define IP_VS_SO_SET_TIMEOUT 1162
#endif
#ifndef IP_VS_SO_SET_STARTDAEMON
#define IP_VS_SO_SET_STARTDAEMON 1163
#endif
#ifndef IP_VS_SO_SET_STOPDAEMON
#define IP_VS_SO_SET_STOPDAEMON 1164
#endif
#ifndef IP_VS_SO_SET_ZERO
#define IP_VS_SO_SET_ZERO 1167
#endif
#ifndef IP_VS_SO_GET_VERSION
#define IP_VS_SO_GET_VERSION 1152
#endif
#ifndef IP_VS_SO_GET_INFO
#define IP_VS_SO_GET_INFO 1153
#endif
#ifndef IP_VS_SO_GET_SERVICES
#define IP_VS_SO_GET_SERVICES 1154
#endif
#ifndef IP_VS_SO_GET_SERVICE
#define IP_VS_SO_GET_SERVICE 1155
#endif
#ifndef IP_VS_SO_GET_DESTS
#define IP_VS_SO_GET_DESTS 1156
#endif
#ifndef IP_VS_SO_GET_TIMEOUT
#define IP_VS_SO_GET_TIMEOUT 1158
#endif
#ifndef IP_VS_SO_GET_DAEMON
#define IP_VS_SO_GET_DAEMON 1159
#endif
#ifndef IPV6_USE_MIN_MTU
#define IPV6_USE_MIN_MTU 63
#endif
#ifndef TCP_COOKIE_TRANSACTIONS
#define TCP_COOKIE_TRANSACTIONS 15
#endif
#ifndef TCP_AO_ADD_KEY
#define TCP_AO_ADD_KEY 38
#endif
#ifndef TCP_AO_DEL_KEY
#define TCP_AO_DEL_KEY 39
#endif
#ifndef TCP_AO_INFO
#define TCP_AO_INFO 40
#endif
#ifndef TCP_AO_GET_KEYS
#define TCP_AO_GET_KEYS 41
#endif
#ifndef TCP_AO_REPAIR
#define TCP_AO_REPAIR 42
#endif
#ifndef TCP_IS_MPTCP
#define TCP_IS_MPTCP 43
#endif
#ifndef TCP_RTO_MAX_MS
#define TCP_RTO_MAX_MS 44
#endif
#ifndef TCP_RTO_MIN_US
#define TCP_RTO_MIN_US 45
#endif
#ifndef TCP_DELACK_MAX_US
#define TCP_DELACK_MAX_US 46
#endif
#ifndef UDPLITE_SEND_CSCOV
#define UDPLITE_SEND_CSCOV 10
#endif
#ifndef UDPLITE_RECV_CSCOV
#define UDPLITE_RECV_CSCOV 11
#endif
#ifndef ICMP_FILTER
#define ICMP_FILTER 1
#endif
#ifndef ICMPV6_FILTER
#define ICMPV6_FILTER 1
#endif
#ifndef PACKET_VNET_HDR_SZ
#define PACKET_VNET_HDR_SZ 24
#endif
#ifndef XDP_MAX_TX_SKB_BUDGET
#define XDP_MAX_TX_SKB_BUDGET 9
#endif
#ifndef MPTCP_FULL_INFO
#define MPTCP_FULL_INFO 4
#endif
#ifndef TLS_TX_MAX_PAYLOAD_LEN
#define TLS_TX_MAX_PAYLOAD_LEN 5
#endif
#ifndef CAN_RAW_XL_VCID_OPTS
#define CAN_RAW_XL_VCID_OPTS 8
#endif
#ifndef ALG_SET_KEY_BY_KEY_SERIAL
#define ALG_SET_KEY_BY_KEY_SERIAL 7
#endif
#ifndef RXRPC_MANAGE_RESPONSE
#define RXRPC_MANAGE_RESPONSE 7
#endif
#ifndef SO_IPRMDATA_MSG
#define SO_IPRMDATA_MSG 128
#endif
#ifndef SO_MSGSIZE
#define SO_MSGSIZE 2048
#endif
#ifndef SO_MSGLIMIT
#define SO_MSGLIMIT 4096
#endif
#ifndef BT_SECURITY
#define BT_SECURITY 4
#endif
#ifndef BT_DEFER_SETUP
#define BT_DEFER_SETUP 7
#endif
#ifndef BT_FLUSHABLE
#define BT_FLUSHABLE 8
#endif
#ifndef BT_POWER
#define BT_POWER 9
#endif
#ifndef BT_CHANNEL_POLICY
#define BT_CHANNEL_POLICY 10
#endif
#ifndef BT_VOICE
#define BT_VOICE 11
#endif
#ifndef BT_SNDMTU
#define BT_SNDMTU 12
#endif
#ifndef BT_RCVMTU
#define BT_RCVMTU 13
#endif
#ifndef BT_PHY
#define BT_PHY 14
#endif
#ifndef BT_MODE
#define BT_MODE 15
#endif
#ifndef BT_PKT_STATUS
#define BT_PKT_STATUS 16
#endif
#ifndef BT_ISO_QOS
#define BT_ISO_QOS 17
#endif
#ifndef BT_CODEC
#define BT_CODEC 19
#endif
#ifndef BT_ISO_BASE
#define BT_ISO_BASE 20
#endif
#ifndef SCM_SECURITY
#define SCM_SECURITY 3
#endif
#ifndef SCM_PIDFD
#define SCM_PIDFD 4
#endif
#ifndef SCM_TIMESTAMPING_NEW
#define SCM_TIMESTAMPING_NEW 65
#endif
#ifndef SCM_DEVMEM_LINEAR
#define SCM_DEVMEM_LINEAR 78
#endif
#ifndef SCM_DEVMEM_DMABUF
#define SCM_DEVMEM_DMABUF 79
#endif
#ifndef SCM_INQ
#define SCM_INQ 84
#endif
#ifndef SCM_MAX_FD
#define SCM_MAX_FD 253
#endif
#ifndef TCP_ESTABLISHED
#define TCP_ESTABLISHED 1
#endif
#ifndef TCP_SYN_SENT
#define TCP_SYN_SENT 2
#endif
#ifndef TCP_SYN_RECV
#define TCP_SYN_RECV 3
#endif
#ifndef TCP_FIN_WAIT1
#define TCP_FIN_WAIT1 4
#endif
#ifndef TCP_FIN_WAIT2
#define TCP_FIN_WAIT2 5
#endif
#ifndef TCP_TIME_WAIT
#define TCP_TIME_WAIT 6
#endif
#ifndef TCP_CLOSE
#define TCP_CLOSE 7
#endif
#ifndef TCP_CLOSE_WAIT
#define TCP_CLOSE_WAIT 8
#endif
#ifndef TCP_LAST_ACK
#define TCP_LAST_ACK 9
#endif
#ifndef TCP_LISTEN
#define TCP_LISTEN 10
#endif
#ifndef TCP_CLOSING
#define TCP_CLOSING 11
#endif
#ifndef TCP_NEW_SYN_RECV
#define TCP_NEW_SYN_RECV 12
#endif
#ifndef TCPI_OPT_USEC_TS
#define TCPI_OPT_USEC_TS 64
#endif
#ifndef TCPI_OPT_TFO_CHILD
#define TCPI_OPT_TFO_CHILD 128
#endif
#ifndef TCP_AO_MAXKEYLEN
#define TCP_AO_MAXKEYLEN 80
#endif
#ifndef TCP_AO_KEYF_IFINDEX
#define TCP_AO_KEYF_IFINDEX 1
#endif
#ifndef TCP_AO_KEYF_EXCLUDE_OPT
#define TCP_AO_KEYF_EXCLUDE_OPT 2
#endif
#ifndef TCP_CA_NAME_MAX
#define TCP_CA_NAME_MAX 16
#endif
#ifndef TCP_ULP_NAME_MAX
#define TCP_ULP_NAME_MAX 16
#endif
#ifndef TCPOPT_EOL
#define TCPOPT_EOL 0
#endif
#ifndef TCPOPT_NOP
#define TCPOPT_NOP 1
#endif
#ifndef TCPOPT_MAXSEG
#define TCPOPT_MAXSEG 2
#endif
#ifndef TCPOPT_WINDOW
#define TCPOPT_WINDOW 3
#endif
#ifndef TCPOPT_SACK_PERMITTED
#define TCPOPT_SACK_PERMITTED 4
#endif
#ifndef TCPOPT_SACK
#define TCPOPT_SACK 5
#endif
#ifndef TCPOPT_TIMESTAMP
#define TCPOPT_TIMESTAMP 8
#endif
#ifndef ICMPV6_FILTER_BLOCK
#define ICMPV6_FILTER_BLOCK 1
#endif
#ifndef ICMPV6_FILTER_PASS
#define ICMPV6_FILTER_PASS 2
#endif
#ifndef ICMPV6_FILTER_BLOCKOTHERS
#define ICMPV6_FILTER_BLOCKOTHERS 3
#endif
#ifndef ICMPV6_FILTER_PASSONLY
#define ICMPV6_FILTER_PASSONLY 4
#endif
#ifndef SCM_TSTAMP_COMPLETION
#define SCM_TSTAMP_COMPLETION 3
#endif
#ifndef PACKET_FANOUT_FLAG_IGNORE_OUTGOING
#define PACKET_FANOUT_FLAG_IGNORE_OUTGOING 0x4000
#endif
#ifndef TP_STATUS_GSO_TCP
#define TP_STATUS_GSO_TCP 0x100
#endif
#ifndef ARPHRD_IP6GRE
#define ARPHRD_IP6GRE 823
#endif
#ifndef ARPHRD_NETLINK
#define ARPHRD_NETLINK 824
#endif
#ifndef ARPHRD_6LOWPAN
#define ARPHRD_6LOWPAN 825
#endif
#ifndef ARPHRD_VSOCKMON
#define ARPHRD_VSOCKMON 826
#endif
#ifndef ARPHRD_PHONET
#define ARPHRD_PHONET 820
#endif
#ifndef ARPHRD_PHONET_PIPE
#define ARPHRD_PHONET_PIPE 821
#endif
#ifndef XDP_PACKET_HEADROOM
#define XDP_PACKET_HEADROOM 256
#endif
#ifndef XDP_USE_SG
#define XDP_USE_SG 16
#endif
#ifndef BTPROTO_L2CAP
#define BTPROTO_L2CAP 0
#endif
#ifndef BTPROTO_HCI
#define BTPROTO_HCI 1
#endif
#ifndef BTPROTO_SCO
#define BTPROTO_SCO 2
#endif
#ifndef BTPROTO_RFCOMM
#define BTPROTO_RFCOMM 3
#endif
#ifndef BTPROTO_BNEP
#define BTPROTO_BNEP 4
#endif
#ifndef BTPROTO_ISO
#define BTPROTO_ISO 8
#endif
#ifndef VIRTIO_NET_HDR_F_NEEDS_CSUM
#define VIRTIO_NET_HDR_F_NEEDS_CSUM 1
#endif
#ifndef VIRTIO_NET_HDR_F_DATA_VALID
#define VIRTIO_NET_HDR_F_DATA_VALID 2
#endif
#ifndef VIRTIO_NET_HDR_GSO_NONE
#define VIRTIO_NET_HDR_GSO_NONE 0
#endif
#ifndef VIRTIO_NET_HDR_GSO_TCPV4
#define VIRTIO_NET_HDR_GSO_TCPV4 1
#endif
#ifndef VIRTIO_NET_HDR_GSO_UDP
#define VIRTIO_NET_HDR_GSO_UDP 3
#endif
#ifndef VIRTIO_NET_HDR_GSO_TCPV6
#define VIRTIO_NET_HDR_GSO_TCPV6 4
#endif
#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif
#ifndef VIRTIO_NET_HDR_GSO_ECN
#define VIRTIO_NET_HDR_GSO_ECN 0x80
#endif
#ifndef MSG_SPLICE_PAGES
#define MSG_SPLICE_PAGES 0x8000000
#endif
#ifndef SO_DONTLINGER
#define SO_DONTLINGER (~SO_LINGER)
#endif

#endif
