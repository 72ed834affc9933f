// Constants that TypeScript takes by their value: shutdown's three, and Python's INADDR_* texts.
/** shutdown(2): no more receiving. */
export const SHUT_RD = 0;
/** shutdown(2): no more sending; TCP sends its FIN. */
export const SHUT_WR = 1;
/** shutdown(2): neither. */
export const SHUT_RDWR = 2;

/** Any local IPv4 address, to bind to. */
export const INADDR_ANY = '0.0.0.0';
/** The loopback address. */
export const INADDR_LOOPBACK = '127.0.0.1';
/** Limited broadcast; needs SO_BROADCAST. */
export const INADDR_BROADCAST = '255.255.255.255';
/** What C's inet_addr() returns for an error. */
export const INADDR_NONE = '255.255.255.255';
/** The base of the IPv4 multicast range. */
export const INADDR_UNSPEC_GROUP = '224.0.0.0';
/** All hosts of the local network (RFC 1112). */
export const INADDR_ALLHOSTS_GROUP = '224.0.0.1';
/** All routers of the local network (RFC 1112). */
export const INADDR_ALLRTRS_GROUP = '224.0.0.2';
