// Ctrl-C: the first SIGINT or SIGTERM asks to end in order, a second one ends at once.

/** Aborted by SIGINT or SIGTERM. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  return controller.signal;
}
