// Promise verbs never throw: what is wrong with the arguments rejects, like everything else.
export function later<T>(start: () => Promise<T>): Promise<T> {
  try {
    return start();
  } catch (error) {
    return Promise.reject(error);
  }
}
