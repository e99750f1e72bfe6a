// Draws the PNG icons of static/icons from the mark, with headless Chromium: `npx --no -c 'node tools/make-icons.ts'`.
// The pictures are committed; run it again only when the mark changes.
import { chromium } from 'playwright';

const MARK =
  'M5 2H27A3 3 0 0 1 30 5V27A3 3 0 0 1 27 30H5A3 3 0 0 1 2 27V18H6V14H2V5A3 3 0 0 1 5 2ZM28 6.5 6.5 28H27A1 1 0 0 0 28 27Z';
const ACCENT = '#045e66';
const GROUND = '#fbfaf7';

interface Picture {
  name: string;
  size: number;
  ground: string | null;
  ink: string;
  /** Where the 32 units of the mark stand on a square of 512. */
  offset: number;
  scale: number;
}
/** On a ground the flag fills the middle; maskable ones keep it inside the 80 % circle. */
const PICTURES: Picture[] = [
  { name: 'icon-180', size: 180, ground: GROUND, ink: ACCENT, offset: 80, scale: 11 },
  { name: 'icon-192', size: 192, ground: null, ink: ACCENT, offset: 0, scale: 16 },
  { name: 'icon-512', size: 512, ground: null, ink: ACCENT, offset: 0, scale: 16 },
  { name: 'maskable-512', size: 512, ground: ACCENT, ink: GROUND, offset: 104, scale: 9.5 },
  { name: 'monochrome-512', size: 512, ground: null, ink: '#000000', offset: 0, scale: 16 },
];

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  for (const { name, size, ground, ink, offset, scale } of PICTURES) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    await page.setContent(
      `<style>*{margin:0}svg{display:block}</style>
       <svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 512 512">
         ${ground ? `<rect width="512" height="512" fill="${ground}"/>` : ''}
         <path transform="translate(${offset} ${offset}) scale(${scale})" fill="${ink}" fill-rule="evenodd" d="${MARK}"/>
       </svg>`,
    );
    await page.screenshot({ path: new URL(`../static/icons/${name}.png`, import.meta.url).pathname, omitBackground: true });
    await page.close();
  }
} finally {
  await browser.close();
}
