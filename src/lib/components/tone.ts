/** What a colour says. `info` is what a machine does, `accent` what a person does; `ok` and `danger` are outcomes. */
export type Tone = 'neutral' | 'info' | 'ok' | 'warn' | 'danger' | 'accent' | 'violet';

export const TEXT_OF_TONE: Record<Tone, string> = {
  neutral: 'text-muted',
  info: 'text-info',
  ok: 'text-ok',
  warn: 'text-warn',
  danger: 'text-danger',
  accent: 'text-accent',
  violet: 'text-violet',
};

export const SOFT_OF_TONE: Record<Tone, string> = {
  neutral: 'bg-surface-2 text-muted',
  info: 'bg-info-soft text-info',
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  danger: 'bg-danger-soft text-danger',
  accent: 'bg-accent-soft text-accent',
  violet: 'bg-violet-soft text-violet',
};
