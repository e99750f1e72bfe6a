import { expect, test } from 'vitest';
import { appendLeaf, EMPTY_FRONTIER, EMPTY_ROOT, frontierRoot, leafHash, nodeHash, treeRoot } from '#domain/merkle-tree.ts';

// The inputs and roots of certificate-transparency-go's reference tests for RFC 6962.
const INPUTS = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const leaves = INPUTS.map((hex) => leafHash(Uint8Array.from(Buffer.from(hex, 'hex'))));

test('roots are those of the reference implementation of RFC 6962', () => {
  expect(INPUTS.map((_, at) => treeRoot(leaves.slice(0, at + 1)))).toEqual(ROOTS);
});

test('the root of a tree without leaves is the hash of nothing', () => {
  expect(EMPTY_ROOT).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(frontierRoot(EMPTY_FRONTIER)).toBe(EMPTY_ROOT);
  expect(treeRoot([])).toBe(EMPTY_ROOT);
});

test('appending one by one gives the root over all leaves, at every size to 300', () => {
  const many = Array.from({ length: 300 }, (_, at) => leafHash(new TextEncoder().encode(`leaf ${at}`)));
  let frontier = EMPTY_FRONTIER;
  for (const [at, leaf] of many.entries()) {
    frontier = appendLeaf(frontier, leaf);
    expect(frontierRoot(frontier)).toBe(treeRoot(many.slice(0, at + 1)));
    expect(frontier.peaks).toHaveLength((at + 1).toString(2).replaceAll('0', '').length);
  }
});

test('a leaf cannot be passed off as an inner node', () => {
  const [one = '', two = ''] = leaves;
  expect(leafHash(Uint8Array.from(Buffer.from(one + two, 'hex')))).not.toBe(nodeHash(one, two));
});

test('a frontier that does not fit its size is refused', () => {
  expect(() => appendLeaf({ size: 3, peaks: [] }, leaves[0] ?? '')).toThrow('does not fit');
});
