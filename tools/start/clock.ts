// The minute clock: under workerd nobody fires cron, so this does, on the full minute as Cloudflare does.
const MINUTE_MS = 60_000;

/** Calls `beat` every full minute, never twice at once. The answer stops it. */
export function startClock(beat: (now: Date) => Promise<void>, onFailure: (error: unknown) => void): () => void {
  let timer: NodeJS.Timeout;
  const next = () => {
    timer = setTimeout(run, MINUTE_MS - (Date.now() % MINUTE_MS));
  };
  const run = async () => {
    try {
      await beat(new Date());
    } catch (error) {
      onFailure(error);
    }
    next();
  };
  next();
  return () => clearTimeout(timer);
}
