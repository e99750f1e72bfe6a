// Access that nobody should hold together: shown when asking and deciding. An exemption names a person, a reason and its end.
import * as z from 'zod';
import { Iso } from './protocol/common.ts';

export const AccessConflictRule = z.strictObject({
  id: z.string(),
  name: z.string().min(1).max(80),
  /** Entitlements of the two sides: holding one of each is the conflict. */
  one: z.array(z.string()).min(1).max(32),
  other: z.array(z.string()).min(1).max(32),
  exemptions: z.array(z.strictObject({ personId: z.string(), until: Iso, reason: z.string().min(1).max(300) })),
});
export type AccessConflictRule = z.infer<typeof AccessConflictRule>;

export interface AccessConflict {
  ruleId: string;
  name: string;
  /** What they hold of the other side. */
  with: string[];
  /** Exempted until then, or null. */
  exemptUntil: string | null;
}

/** The conflicts that would come about if this person, who holds `held`, got `wanted` as well. */
export function conflictsOf(
  rules: readonly AccessConflictRule[],
  { personId, held, wanted, now }: { personId: string; held: ReadonlySet<string>; wanted: string; now: string },
): AccessConflict[] {
  return rules.flatMap((rule) => {
    const sides = [...(rule.one.includes(wanted) ? rule.other : []), ...(rule.other.includes(wanted) ? rule.one : [])];
    const found = [...new Set(sides)].filter((entitlement) => entitlement !== wanted && held.has(entitlement));
    if (found.length === 0) return [];
    const exemption = rule.exemptions.find((one) => one.personId === personId && one.until > now);
    return [{ ruleId: rule.id, name: rule.name, with: found, exemptUntil: exemption?.until ?? null }];
  });
}
