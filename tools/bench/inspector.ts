// workerd's inspector: the isolate's heap, and where its time goes.
import * as z from 'zod';

const Message = z.looseObject({
  id: z.int().optional(),
  method: z.string().optional(),
  result: z.unknown().optional(),
  error: z.unknown().optional(),
});
const HeapUsage = z.object({ usedSize: z.number(), backingStorageSize: z.number().default(0) });
const Profile = z.object({
  profile: z.object({
    nodes: z.array(
      z.object({ id: z.int(), callFrame: z.object({ functionName: z.string() }), children: z.array(z.int()).optional() }),
    ),
    samples: z.array(z.int()),
    timeDeltas: z.array(z.number()),
    startTime: z.number(),
  }),
});
export type CpuProfile = z.infer<typeof Profile>['profile'];

export interface Inspector {
  /** Bytes of live and dead objects, and of buffers. */
  heapBytes(): Promise<number>;
  /** Calls with the heap at each `debugger` statement, while the isolate stands still there. */
  atEachPause(look: (bytes: number) => void): Promise<void>;
  startProfile(): Promise<void>;
  stopProfile(): Promise<CpuProfile>;
  close(): void;
}

const TARGET = 'core:user:watchbill';
/** What the sampler keeps up with; asked for more, it takes as long and says so in no place. */
const SAMPLING_MICROSECONDS = 250;

/** Attaches to the Worker behind this port. */
export async function attachInspector(port: number): Promise<Inspector> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/${TARGET}`);
  const answers = new Map<number, { resolve: (result: unknown) => void; reject: (error: unknown) => void }>();
  let sent = 0;
  let onPause: (() => Promise<void>) | null = null;
  const ask = (method: string, params: Record<string, unknown> = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      sent += 1;
      answers.set(sent, { resolve, reject });
      socket.send(JSON.stringify({ id: sent, method, params }));
    });
  socket.addEventListener('message', ({ data }) => {
    const message = Message.parse(JSON.parse(String(data)));
    if (message.method === 'Debugger.paused') void onPause?.();
    if (message.id === undefined) return;
    const answer = answers.get(message.id);
    answers.delete(message.id);
    if (message.error === undefined) answer?.resolve(message.result);
    else answer?.reject(new Error(JSON.stringify(message.error)));
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error('No inspector answers')));
  });
  await ask('Runtime.enable');

  const heapBytes = async (): Promise<number> => {
    const { usedSize, backingStorageSize } = HeapUsage.parse(await ask('Runtime.getHeapUsage'));
    return usedSize + backingStorageSize;
  };
  return {
    heapBytes,
    atEachPause: async (look) => {
      onPause = async () => {
        look(await heapBytes());
        await ask('Debugger.resume');
      };
      await ask('Debugger.enable');
    },
    startProfile: async () => {
      await ask('Profiler.enable');
      await ask('Profiler.setSamplingInterval', { interval: SAMPLING_MICROSECONDS });
      await ask('Profiler.start');
    },
    stopProfile: async () => Profile.parse(await ask('Profiler.stop')).profile,
    close: () => socket.close(),
  };
}
