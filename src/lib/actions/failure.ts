// What pages may know of the network: why an act or a question came to nothing.
export type { Failure } from '#lib/sync/api.ts';
