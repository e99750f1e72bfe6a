// Makes the calls that the ledger has planned: claims one, makes it, reports what came of it, and goes on until nothing is to be done
// now. It may be cut off anywhere: what it had claimed is looked into again.
import type { HubWrite, Reading, WriteAnswer } from '#domain/provisioning.ts';
import type { Target } from '#domain/provisioning-target.ts';
import type { JobClaim, JobReport } from '../ledger/jobs.ts';

/** Docker Hub, as far as access is given and taken. */
export interface AccessHub {
  /** Reads the list itself, all of its pages, and whether name and number still belong together. */
  read(target: Target): Promise<Reading>;
  write(write: HubWrite): Promise<{ answer: WriteAnswer; retryAfterMs?: number | null }>;
}

export interface JobPorts {
  claim: (limit: number) => Promise<JobClaim[]>;
  settle: (report: JobReport) => Promise<boolean>;
  hub: AccessHub;
  /** Calls that may be made now. */
  callsMax: number;
}

/** Answers how many calls were made. */
export async function runJobs({ claim, settle, hub, callsMax }: JobPorts): Promise<number> {
  let calls = 0;
  while (calls < callsMax) {
    // One at a time: what is claimed is made at once, so that nothing claimed grows old behind something slow.
    const [next] = await claim(1);
    if (!next) return calls;
    calls += 1;
    await settle(await makeCall(next, hub));
  }
  return calls;
}

async function makeCall({ jobId, claim, call }: JobClaim, hub: AccessHub): Promise<JobReport> {
  if (call.type === 'read') return { jobId, claim, type: 'read', reading: await hub.read(call.target) };
  return { jobId, claim, type: 'written', ...(await hub.write(call.write)) };
}
