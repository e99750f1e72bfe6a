// The two functions of Node's zlib that the edge uses; workerd has them by `nodejs_compat`. Node's own types would bring all of Node.
declare module 'node:zlib' {
  export function deflateRawSync(data: Uint8Array, options: { level: number }): Uint8Array;
  export function inflateRawSync(data: Uint8Array): Uint8Array;
}
