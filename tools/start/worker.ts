// The Worker under workerd, by miniflare's own interface: what `wrangler dev` does, without its extra processes, its file watching
// and its look-ups.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Miniflare, NoOpLog, V4MiniflareOptionsSchema } from 'miniflare';
import * as z from 'zod';
import { WORKER_FOLDER, WORKER_OPTIONS } from '../builds/build.ts';

export interface WorkerOptions {
  port: number;
  /** Folder of the databases. */
  data: string;
  /** Variables and secrets, over those of wrangler.toml. */
  variables: Record<string, string>;
  /** Each line the Worker logs. */
  onLog: (line: LogLine) => void;
  /** workerd runs, or runs again after a crash. */
  onRuntime: () => void;
  /** Another built Worker than the one that is deployed. */
  folder?: string;
  /** Where workerd's inspector listens; nowhere unless said. */
  inspectorPort?: number;
}
export interface LogLine {
  at: string;
  level: string;
  message: string;
}

export interface RunningWorker {
  /** One beat of the minute clock, as Cloudflare's cron would send it. */
  tick: (now: Date) => Promise<void>;
  stop: () => Promise<void>;
}

const BuiltOptions = z.looseObject({ bindings: z.record(z.string(), z.json()) });

/** Starts the Worker and answers when it can be reached. */
export async function startWorker({
  port,
  data,
  variables,
  onLog,
  onRuntime,
  folder = WORKER_FOLDER,
  inspectorPort,
}: WorkerOptions): Promise<RunningWorker> {
  const { bindings, ...options } = BuiltOptions.parse(JSON.parse(readFileSync(WORKER_OPTIONS, 'utf8')));
  const miniflare = new Miniflare(
    convertV4MiniflareOptions(
      V4MiniflareOptionsSchema.parse({
        host: 'localhost',
        port,
        inspectorPort,
        log: new NoOpLog(),
        handleStructuredLogs: ({ timestamp, level, message }: { timestamp: number; level: string; message: string }) =>
          onLog({ at: new Date(timestamp).toISOString(), level, message }),
        unsafeHandleRuntimeRestart: onRuntime,
        logRequests: false,
        cf: false, // else miniflare asks Cloudflare where this machine is
        telemetry: { enabled: false },
        resourcePersistencePath: data,
        workers: [
          {
            ...options,
            name: 'watchbill',
            modulesRoot: folder,
            modules: [{ type: 'ESModule', path: join(folder, 'index.js') }],
            bindings: { ...bindings, ...variables },
          },
        ],
      }),
    ),
  );
  await miniflare.ready;
  onRuntime();
  return {
    tick: async (now) => {
      // Asked for anew each time: after a crash of workerd the one before is of no use any more.
      const worker: object = await miniflare.getWorker();
      if (!takesCron(worker)) throw new Error('The Worker takes no scheduled events');
      await worker.scheduled({ scheduledTime: now, cron: '* * * * *' });
    },
    stop: () => miniflare.dispose(),
  };
}

interface TakesCron {
  scheduled: (event: { scheduledTime: Date; cron: string }) => Promise<unknown>;
}
const takesCron = (worker: object): worker is TakesCron => typeof Reflect.get(worker, 'scheduled') === 'function';
