/**
 * Keeps things that never change once written (versions of playbooks, calendars, zone offsets) in the process.
 * What is not there is fetched once even when many ask at the same time; a failed fetch is not kept.
 */
export function versionCache<T>(fetch: (key: string) => Promise<T>, limit = 1000): (key: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (key) => {
    const there = known.get(key);
    if (there !== undefined) return there;
    if (known.size >= limit) known.clear();
    const fetched = fetch(key);
    known.set(key, fetched);
    fetched.catch(() => known.delete(key));
    return fetched;
  };
}
