// The Merkle tree of RFC 6962 (section 2.1) over the audit log: leaves, inner nodes, root. Synchronous, so that an entry can be
// hashed inside the transaction that writes it. Hashes are lower-case hex.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';

// One byte in front tells leaves from nodes, so that nobody can pass an inner node off as a leaf.
const LEAF = Uint8Array.of(0x00);
const NODE = Uint8Array.of(0x01);

export const leafHash = (bytes: Uint8Array): string => bytesToHex(sha256(concatBytes(LEAF, bytes)));

export const nodeHash = (left: string, right: string): string =>
  bytesToHex(sha256(concatBytes(NODE, hexToBytes(left), hexToBytes(right))));

/** Root of a tree without leaves: the hash of nothing. */
export const EMPTY_ROOT = bytesToHex(sha256(new Uint8Array()));

/**
 * What has to be kept of a tree to append to it: its size, and the roots of its perfect subtrees from the largest to the smallest
 * (one for each 1 bit of the size).
 */
export interface Frontier {
  size: number;
  peaks: readonly string[];
}

export const EMPTY_FRONTIER: Frontier = { size: 0, peaks: [] };

/** Appends one leaf: as many hashes as the size has trailing 1 bits. */
export function appendLeaf({ size, peaks }: Frontier, leaf: string): Frontier {
  const next = [...peaks];
  let hash = leaf;
  for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
    const left = next.pop();
    if (left === undefined) throw new Error('the frontier does not fit its size');
    hash = nodeHash(left, hash);
  }
  next.push(hash);
  return { size: size + 1, peaks: next };
}

/** Root of the tree whose frontier this is. */
export function frontierRoot({ peaks }: Frontier): string {
  let root: string | undefined;
  for (const peak of peaks.toReversed()) root = root === undefined ? peak : nodeHash(peak, root);
  return root ?? EMPTY_ROOT;
}

/** Root over all leaves, as the RFC defines it: split at the largest power of two below the size. For verifying. */
export function treeRoot(leaves: readonly string[]): string {
  const [only] = leaves;
  if (only === undefined) return EMPTY_ROOT;
  if (leaves.length === 1) return only;

  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(treeRoot(leaves.slice(0, split)), treeRoot(leaves.slice(split)));
}
