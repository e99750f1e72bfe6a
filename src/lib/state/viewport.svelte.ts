import { MediaQuery } from 'svelte/reactivity';

const desk = new MediaQuery('width >= 64rem', true);

/** Whether this is a desk (sidebar, tables, inspector) or a phone (bottom bar, cards). */
export const viewport = {
  get isDesk(): boolean {
    return desk.current;
  },
};
