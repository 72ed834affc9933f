// Values that are made at their first use, so that loading the package does not pay for them.

/** A function that calls `make` once. */
export function once<T>(make: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= make());
}

/** An object whose property `name` is `make(name)`, called when the property is first read. */
export function membersOnce<Name extends string, T>(
  names: readonly Name[],
  make: (name: Name) => T,
): Readonly<Record<Name, T>> {
  const object = {} as Record<Name, T>;
  for (const name of names)
    Object.defineProperty(object, name, { get: once(() => make(name)), enumerable: true });
  return Object.freeze(object);
}
