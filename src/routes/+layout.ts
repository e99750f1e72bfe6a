// Everything is rendered in the browser from data on the device; the server only hands out the shell.
export const ssr = false;
export const prerender = false;
