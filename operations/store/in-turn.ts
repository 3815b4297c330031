/**
 * Makes works wait for each other: they run one at a time, in the order in which they were handed in. One that
 * fails rejects for whoever handed it in; those behind it run all the same.
 */
export function inTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
