// GaiError: what getaddrinfo, getnameinfo and the gethostby* calls answer instead of an errno.
import { constants } from '../constants';
import { GAI_FAILURE } from '../native';
import { GAI_TEXTS, type GaiCode, HOST_ERRORS } from './table';

/**
 * A name that did not resolve. `code` is the EAI_ constant's name, the message gai_strerror(3)'s;
 * no errno, whose numbers mean something else.
 */
export class GaiError extends Error {
  /** The name of the failure: `EAI_NONAME`. */
  readonly code: `EAI_${string}`;
  /** The call: `getaddrinfo`. */
  readonly syscall: string;
  /** The host that was looked up. */
  declare readonly hostname?: string;

  constructor(code: `EAI_${string}`, syscall: string, hostname?: string) {
    const said = GAI_TEXTS[code as GaiCode] ?? 'unknown failure';
    super(`${syscall} ${code}: ${said}${hostname === undefined ? '' : ` ${hostname}`}`);
    this.code = code;
    this.syscall = syscall;
    if (hostname !== undefined) this.hostname = hostname;
  }
}
Object.defineProperty(GaiError.prototype, 'name', {
  value: 'GaiError',
  configurable: true,
  writable: true,
});

const codes = new Map(
  (Object.keys(GAI_TEXTS) as GaiCode[]).map((code) => [Math.abs(constants[code]), code]),
);

/** From the result of native code, -(8192 + n) for EAI number -n (or the EAI number itself). */
export function gaiError(status: number, hostname?: string, syscall = 'getaddrinfo'): GaiError {
  const number = status <= GAI_FAILURE ? GAI_FAILURE - status : Math.abs(status);
  return new GaiError(codes.get(number) ?? `EAI_${number}`, syscall, hostname);
}

/** From the result of native code of a gethostby* call, -(8192 + h_errno). */
export function hostError(status: number, hostname: string, syscall: string): GaiError {
  const number = GAI_FAILURE - status;
  return new GaiError(HOST_ERRORS[number] ?? `EAI_${number}`, syscall, hostname);
}
