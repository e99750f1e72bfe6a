import { expect, test } from 'vitest';
import { windowChannel } from '#lib/db/window-channel.ts';

const delivered = () => new Promise((resolve) => setTimeout(resolve, 50));

test('another window hears, and the one that spoke does not', async () => {
  const [here, elsewhere] = [windowChannel('told'), windowChannel('told')];
  const heard: string[] = [];
  const stop = [here.hear(() => heard.push('here')), elsewhere.hear(() => heard.push('elsewhere'))];
  here.tell();
  await delivered();
  expect(heard).toEqual(['elsewhere']);
  for (const end of stop) end();
  elsewhere.tell();
  await delivered();
  expect(heard).toEqual(['elsewhere']);
});
