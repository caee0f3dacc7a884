/** What a reader has edited outlives a page that is loaded again, in its tab. Where the browser stores nothing, it does not. */
export function keptFor(code: string) {
  // A page can hold many programs, and two pages the same one.
  const key = () => `${location.pathname} ${code}`;
  return {
    get: () => storage()?.getItem(key()) ?? undefined,
    set: (text: string) => storage()?.setItem(key(), text),
    remove: () => storage()?.removeItem(key()),
  };
}

function storage(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}
