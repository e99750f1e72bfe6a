// Light, dark, or as the device says. `static/start.js` applies the same choice before the first paint.
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
export const MOTIONS = ['system', 'reduced'] as const;
export type Motion = (typeof MOTIONS)[number];

const isOneOf = <T extends string>(values: readonly T[], value: string | null): value is T =>
  (values as readonly (string | null)[]).includes(value);

function stored<T extends string>(key: string, values: readonly T[], otherwise: T): T {
  try {
    const value = localStorage.getItem(key);
    return isOneOf(values, value) ? value : otherwise;
  } catch {
    return otherwise; // storage is forbidden: the choice lasts as long as the page
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // See `stored`.
  }
}

class Appearance {
  #theme = $state<Theme>(stored('theme', THEMES, 'system'));
  #motion = $state<Motion>(stored('motion', MOTIONS, 'system'));
  #singleKeys = $state(stored('single-keys', ['on', 'off'] as const, 'on') === 'on');
  #rail = $state(stored('sidebar', ['open', 'rail'] as const, 'open') === 'rail');

  get theme(): Theme {
    return this.#theme;
  }
  set theme(theme: Theme) {
    this.#theme = theme;
    keep('theme', theme);
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }

  get motion(): Motion {
    return this.#motion;
  }
  set motion(motion: Motion) {
    this.#motion = motion;
    keep('motion', motion);
    if (motion === 'system') delete document.documentElement.dataset.motion;
    else document.documentElement.dataset.motion = motion;
  }

  /** Whether keys without ⌘ or Ctrl do something. */
  get singleKeys(): boolean {
    return this.#singleKeys;
  }
  set singleKeys(on: boolean) {
    this.#singleKeys = on;
    keep('single-keys', on ? 'on' : 'off');
  }

  /** Whether the sidebar is a rail of icons. */
  get rail(): boolean {
    return this.#rail;
  }
  set rail(rail: boolean) {
    this.#rail = rail;
    keep('sidebar', rail ? 'rail' : 'open');
  }
}

export const appearance = new Appearance();
