// What WebKit does with the app: loads it, keeps its data, and opens it again without a network. One story, told in order.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWatchbill, type Watchbill } from '../support/watchbill.ts';
import { openWindow, type Window } from './web-driver.ts';

const HEADING = "document.querySelector('h1')?.textContent.trim()";
const ROWS = 'document.querySelectorAll(\'main a[href*="/access/x/"]\').length';
/** Documents of the catalogue in IndexedDB. */
const STORED = `
  const opening = indexedDB.open('watchbill');
  const database = await new Promise((resolve, reject) => {
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const counting = database.transaction('documents').objectStore('documents').count();
  const count = await new Promise((resolve, reject) => {
    counting.onsuccess = () => resolve(counting.result);
    counting.onerror = () => reject(counting.error);
  });
  database.close();
  return count;`;

let watchbill: Watchbill;
let browser: Window;
let isServing = true;

beforeAll(async () => {
  watchbill = await startWatchbill();
  browser = await openWindow();
});
afterAll(async () => {
  await browser?.close();
  if (isServing) await watchbill?.stop();
});

test('a first visit opens the app and says who may come in', async () => {
  await browser.open(`${watchbill.url}/welcome`);
  await browser.until("document.body.innerText.includes('Explore with sample data')");
});

test('somebody who looks around with sample data sees their inbox', async () => {
  await browser.run(`
    const button = [...document.querySelectorAll('button')].find((one) => one.textContent.includes('Explore with sample data'));
    button.click();`);
  await browser.until(`location.pathname === '/inbox' && ${HEADING} === 'Inbox'`);
});

test('the catalogue is on the device, and its lists are shown from there', async () => {
  await browser.open(`${watchbill.url}/access/repos`);
  await browser.until(`${ROWS} > 0`);
  expect(Number(await browser.run(STORED))).toBeGreaterThan(0);
});

test('without a server the app opens again, at the same place, with the same data', async () => {
  // It takes over with the next load, as on a second visit.
  await browser.run('await navigator.serviceWorker.ready;');
  await browser.reload();
  await browser.until('navigator.serviceWorker.controller');
  const before = await browser.run(STORED);
  await watchbill.stop();
  isServing = false;
  await browser.reload();
  await browser.until(`${HEADING} && ${ROWS} > 0`);
  await browser.until("document.body.innerText.includes('Offline')");
  expect(await browser.run(STORED)).toBe(before);

  await browser.open(`${watchbill.url}/access/people`);
  await browser.until(`${ROWS} > 0`);
});
