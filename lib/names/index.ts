// Names, services, interfaces and capabilities: what other modules import.
export { type Capabilities, capabilities } from './capabilities';
export {
  type AddrInfo,
  findAddresses,
  getaddrinfo,
  getaddrinfoSync,
  lookup,
  lookupSync,
} from './getaddrinfo';
export { getnameinfo, getnameinfoSync } from './getnameinfo';
export {
  getfqdn,
  getfqdnSync,
  gethostbyaddr,
  gethostbyaddrSync,
  gethostbyname,
  gethostbyname_ex,
  gethostbyname_exSync,
  gethostbynameSync,
  gethostname,
  type HostEntry,
} from './hosts';
export {
  type Interface,
  type InterfaceAddress,
  if_indextoname,
  if_nameindex,
  if_nametoindex,
  interfaces,
} from './interfaces';
export { has_dualstack_ipv6, has_ipv6 } from './ipv6';
export { inNetworkNamespace, type NetworkNamespace, socketIn } from './netns';
export { getprotobyname, getservbyname, getservbyport } from './services';
export { checkedTimeout, getdefaulttimeout, setdefaulttimeout } from './timeout';
