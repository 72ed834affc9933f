// Ctrl-C: the first SIGINT, SIGTERM or SIGHUP asks to end in order, a second one ends at once.

/** Aborted by SIGINT, SIGTERM or SIGHUP. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(name, () => controller.abort());
  return controller.signal;
}
