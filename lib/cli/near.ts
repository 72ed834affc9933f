// Names that are unknown, with the nearest known ones.
import { nearestNames } from '../errors/arguments';

/** `no option 'SO_RCVBUFF'; did you mean SO_RCVBUF?` */
export function unknownName(what: string, name: string, names: readonly string[]): string {
  const near = nearestNames(name, [...new Set(names)], 5);
  return `no ${what} '${name}'${near.length > 0 ? `; did you mean ${near.join(', ')}?` : ''}`;
}
