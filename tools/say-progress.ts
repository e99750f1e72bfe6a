// Long steps, said while they last: one line each, with its time.

/** Says that a step begins; the answer says how long it took. */
export function sayProgress(step: string): () => void {
  const startedAt = performance.now();
  console.log(`${step} …`);
  return () => console.log(`${step}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}
