import { LOGIN_OPERATIONS } from './operations.ts';

export interface Call {
  at: number;
  method: string;
  path: string;
  /** The name in openapi.yaml, or `unknown`. */
  operation: string;
  /** Null while it is under way, 0 when the connection was dropped. */
  status: number | null;
  credential: string;
  /** The type of the fault that met this call. */
  fault: string | null;
}

/** Every call since the last reset, in order of arrival. */
export class CallLog {
  readonly calls: Call[] = [];

  begin(call: Omit<Call, 'status' | 'fault'>): Call {
    const entry: Call = { ...call, status: null, fault: null };
    this.calls.push(entry);
    return entry;
  }

  forget(): void {
    this.calls.length = 0;
  }

  countsByOperation(): Record<string, Record<string, number>> {
    const counts: Record<string, Record<string, number>> = {};
    for (const call of this.calls) {
      const byStatus = (counts[call.operation] ??= {});
      const status = String(call.status ?? 'pending');
      byStatus[status] = (byStatus[status] ?? 0) + 1;
    }
    return counts;
  }

  get logins(): number {
    return this.calls.filter((call) => LOGIN_OPERATIONS.has(call.operation)).length;
  }

  get failedLogins(): number {
    return this.calls.filter((call) => LOGIN_OPERATIONS.has(call.operation) && call.status !== 200).length;
  }
}
