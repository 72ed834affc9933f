// The few constants whose values are words or literals to TypeScript: shutdown's three, and
// Python's INADDR_ texts.
/** shutdown(2): no more reading. */
export const SHUT_RD = 0;
/** shutdown(2): no more writing; TCP sends its FIN. */
export const SHUT_WR = 1;
export const SHUT_RDWR = 2;

export const INADDR_ANY = '0.0.0.0';
export const INADDR_LOOPBACK = '127.0.0.1';
export const INADDR_BROADCAST = '255.255.255.255';
export const INADDR_NONE = '255.255.255.255';
export const INADDR_UNSPEC_GROUP = '224.0.0.0';
export const INADDR_ALLHOSTS_GROUP = '224.0.0.1';
export const INADDR_ALLRTRS_GROUP = '224.0.0.2';
