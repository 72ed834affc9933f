// in.h's IPv4 addresses as text, which is how addresses are passed here; `constants` has their
// numbers.

/** The address to bind() to for every interface of this host: `0.0.0.0`. */
export const INADDR_ANY = '0.0.0.0';
/** This host itself, by the loopback interface: `127.0.0.1`. */
export const INADDR_LOOPBACK = '127.0.0.1';
/** Every host of the link; sending to it needs SO_BROADCAST: `255.255.255.255`. */
export const INADDR_BROADCAST = '255.255.255.255';
/** What inet_addr(3) returns for bad input; the same address as INADDR_BROADCAST. */
export const INADDR_NONE = '255.255.255.255';
/** The base of the multicast range, no group by itself: `224.0.0.0`. */
export const INADDR_UNSPEC_GROUP = '224.0.0.0';
/** The multicast group of all hosts of the link (RFC 1112): `224.0.0.1`. */
export const INADDR_ALLHOSTS_GROUP = '224.0.0.1';
/** The multicast group of all routers of the link: `224.0.0.2`. */
export const INADDR_ALLRTRS_GROUP = '224.0.0.2';
/** The last multicast group that no router forwards: `224.0.0.255`. */
export const INADDR_MAX_LOCAL_GROUP = '224.0.0.255';
