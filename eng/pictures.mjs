// Takes screenshots of the figures of a report. Run: node eng/pictures.mjs CHROMIUM PAGE FOLDER
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [executablePath, page, folder] = process.argv.slice(2);
const load = createRequire(resolve('src/FashionAE.Report/web/package.json'));
const browser = await load('playwright-core').chromium.launch({ executablePath, args: ['--no-sandbox'], timeout: 0 });
const tab = await (await browser.newContext({ viewport: { width: 1000, height: 900 } })).newPage();
tab.setDefaultTimeout(120000);
await tab.goto(pathToFileURL(resolve(page)).href);
await tab.evaluate(() => report.ready);
// The pages of docs/ have their own captions.
await tab.addStyleTag({ content: 'figcaption, .save, .hint { display: none !important } figure { margin: 0 !important }' });

// The first and the last figure of each picture. A picture includes all figures between them.
const pictures = {
  'report-codes': ['denoising-codes'],
  'rotated-garments': ['rotation-rotated-upright', 'rotation-rotated-rotation'],
  'noise-levels': ['denoising-levels'],
  'error-maps': ['denoising-error-maps'],
};
for (const [name, ids] of Object.entries(pictures)) {
  const figures = ids.map(id => tab.locator(`#${id}`));
  for (const figure of figures) await figure.scrollIntoViewIfNeeded();
  const boxes = await Promise.all(figures.map(figure => figure.evaluate(element => {
    const box = element.getBoundingClientRect();
    return { x: box.left + scrollX, y: box.top + scrollY, right: box.right + scrollX, bottom: box.bottom + scrollY };
  })));
  const [first, last] = [boxes[0], boxes.at(-1)];
  await tab.screenshot({
    path: join(folder, `${name}.png`), fullPage: true,
    clip: { x: first.x, y: first.y, width: first.right - first.x, height: last.bottom - first.y },
  });
}

const plane = tab.locator('#rotation-codes canvas').last();
await plane.scrollIntoViewIfNeeded();
const box = await plane.boundingBox();
await tab.mouse.move(box.x + 0.55 * box.width, box.y + 0.45 * box.height);
await tab.mouse.down();
await tab.mouse.up();
await tab.locator('#rotation-codes').screenshot({ path: join(folder, 'report-explorer.png') });
await browser.close();
