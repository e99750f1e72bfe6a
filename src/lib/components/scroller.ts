import { createContext } from 'svelte';

/** The element that scrolls the page, once it is there. */
export interface Scroller {
  element: HTMLElement | undefined;
}
export const [getScroller, setScroller] = createContext<Scroller>();
