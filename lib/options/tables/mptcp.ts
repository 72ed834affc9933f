// SOL_MPTCP: what an MPTCP connection tells of itself.
import { fullInfo, mptcpInfo, subflowAddresses, subflowTcpInfo } from '../codecs/mptcp';
import { ro, table } from '../row';

export const mptcpOptions = table('SOL_MPTCP', {
  MPTCP_INFO: ro(mptcpInfo, '5.16', 'mptcp', 'All that ss -M knows of the connection.', {
    quirk: 'EOPNOTSUPP once fallen back to TCP.',
  }),
  MPTCP_TCPINFO: ro(subflowTcpInfo, '5.16', 'mptcp', 'The TCP_INFO of each subflow.'),
  MPTCP_SUBFLOW_ADDRS: ro(subflowAddresses, '5.16', 'mptcp', 'The addresses of each subflow.'),
  MPTCP_FULL_INFO: ro(fullInfo, '6.5', 'mptcp', 'MPTCP_INFO and the number of subflows in one.'),
});
