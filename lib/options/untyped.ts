// Options of the headers that have no row, and why: they are for raw bytes, or for nothing at all.

/**
 * Why, and the names. Raw bytes serve those that the kernel has, but for what native/denied.def
 * keeps from crossing as bytes.
 */
const REASONS: readonly (readonly [because: string, names: string])[] = [
  [
    'a number that was reserved and never became an option',
    'SO_SECURITY_AUTHENTICATION SO_SECURITY_ENCRYPTION_TRANSPORT SO_SECURITY_ENCRYPTION_NETWORK IPV6_AUTHHDR IPV6_USE_MIN_MTU PACKET_RECV_OUTPUT PACKET_TX_TIMESTAMP',
  ],
  [
    'a control message, not an option',
    'SO_DEVMEM_LINEAR SO_DEVMEM_DMABUF IPV6_HOPLIMIT IPV6_NEXTHOP',
  ],
  ['gone from the kernel', 'TCP_COOKIE_TRANSACTIONS NETLINK_RX_RING NETLINK_TX_RING'],
  [
    'of VMware’s own vsock only, in no kernel that Linux ships',
    'SO_VM_SOCKETS_PEER_HOST_VM_ID SO_VM_SOCKETS_TRUSTED SO_VM_SOCKETS_NONBLOCK_TXRX',
  ],
  [
    'maps received pages into memory that was made by mmap(2) of the socket, which JavaScript cannot hold safely; not as raw bytes either',
    'TCP_ZEROCOPY_RECEIVE',
  ],
  [
    'gives the kernel memory to work in for as long as the socket lives, which JavaScript cannot promise; not as raw bytes either',
    'XDP_UMEM_REG',
  ],
  [
    'a whole IPsec policy, as `ip xfrm policy` writes it: raw bytes (struct xfrm_userpolicy_info)',
    'IP_IPSEC_POLICY IP_XFRM_POLICY IPV6_IPSEC_POLICY IPV6_XFRM_POLICY',
  ],
  [
    'a whole netfilter table or its counters, whose layout is iptables’ own affair: use nft or iptables; not as raw bytes either',
    'IPT_SO_SET_REPLACE IPT_SO_SET_ADD_COUNTERS IPT_SO_GET_ENTRIES IP6T_SO_SET_REPLACE IP6T_SO_SET_ADD_COUNTERS IP6T_SO_GET_ENTRIES ' +
      'ARPT_SO_SET_REPLACE ARPT_SO_SET_ADD_COUNTERS ARPT_SO_GET_ENTRIES ' +
      'EBT_SO_SET_ENTRIES EBT_SO_SET_COUNTERS EBT_SO_GET_INFO EBT_SO_GET_ENTRIES EBT_SO_GET_INIT_INFO EBT_SO_GET_INIT_ENTRIES',
  ],
  [
    'the virtual server of ipvsadm, which speaks generic netlink today: raw bytes',
    'IP_VS_SO_SET_NONE IP_VS_SO_SET_INSERT IP_VS_SO_SET_ADD IP_VS_SO_SET_EDIT IP_VS_SO_SET_DEL IP_VS_SO_SET_FLUSH IP_VS_SO_SET_LIST IP_VS_SO_SET_ADDDEST ' +
      'IP_VS_SO_SET_DELDEST IP_VS_SO_SET_EDITDEST IP_VS_SO_SET_TIMEOUT IP_VS_SO_SET_STARTDAEMON IP_VS_SO_SET_STOPDAEMON IP_VS_SO_SET_RESTORE ' +
      'IP_VS_SO_SET_SAVE IP_VS_SO_SET_ZERO IP_VS_SO_GET_VERSION IP_VS_SO_GET_INFO IP_VS_SO_GET_SERVICES IP_VS_SO_GET_SERVICE IP_VS_SO_GET_DESTS ' +
      'IP_VS_SO_GET_DEST IP_VS_SO_GET_TIMEOUT IP_VS_SO_GET_DAEMON',
  ],
];

/** name: why it has no type. */
export const untyped: Readonly<Record<string, string>> = Object.fromEntries(
  REASONS.flatMap(([because, names]) =>
    names.split(' ').map((name): [string, string] => [name, because]),
  ),
);
