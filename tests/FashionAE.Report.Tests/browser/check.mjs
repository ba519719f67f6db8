// Opens pages of a report in Chromium, uses them like a reader, and prints the results as JSON.
// Run: node check.mjs FOLDER-OF-PACKAGE.JSON CHROMIUM FOLDER-OF-PAGES. Writes screenshots to the folder of the pages.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [packages, executablePath, folder] = process.argv.slice(2);
const load = createRequire(join(packages, 'package.json'));
const { chromium } = load('playwright-core');
const axe = load('axe-core');
// No limit, since machines can be slow. The test itself ends this program after its own limit.
const noLimit = 0;
const browser = await chromium.launch({ executablePath, timeout: noLimit });
const seen = { problems: [], requests: [], axe: {} };

async function open(url, options) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  context.setDefaultTimeout(noLimit);
  const tab = await context.newPage();
  tab.on('console', message => { if (message.type() === 'error') seen.problems.push(message.text()); });
  tab.on('pageerror', error => seen.problems.push(String(error)));
  tab.on('request', request => { if (!/^(file|data|blob):/.test(request.url())) seen.requests.push(request.url()); });
  await tab.goto(url);
  await tab.evaluate(() => report.ready);
  return tab;
}
const openFile = (name, options) => open(pathToFileURL(join(folder, name)).href, options);
const shot = (tab, selector, name) => tab.locator(selector).first().screenshot({ path: join(folder, `${name}.png`) });

async function accessibility(tab, state) {
  await tab.evaluate(axe.source);
  const { passes, violations } = await tab.evaluate(() => axe.run());
  seen.axe[state] = {
    passes: passes.length,
    violations: violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.target.join(' ')}: ${node.failureSummary}`)),
  };
}

async function saved(tab, click) {
  const [download] = await Promise.all([tab.waitForEvent('download'), click()]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8').replace(/^\ufeff/, '') };
}

// Functions that return the position of a point on the screen, and the content of the card.
const screenOf = (tab, index) => tab.evaluate(async index => {
  const canvas = document.querySelectorAll('.plane canvas')[1];
  canvas.scrollIntoView({ block: 'center', behavior: 'instant' });
  const { left, top } = canvas.getBoundingClientRect();
  const { screen } = report.planes.plane.plane;
  return [left + screen[2 * index], top + screen[2 * index + 1]];
}, index);
const card = tab => tab.evaluate(() => ({
  text: document.querySelector('.side output').textContent, cross: report.planes.plane.state.cross, point: report.planes.plane.state.point,
  words: [...document.querySelectorAll('.card td:first-child, .near > *')].map(part => part.textContent),
  pictures: [...document.querySelectorAll('.card > figure canvas')].map(canvas => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return [data[0], data[4 * (canvas.width - 1)], canvas.width];
  }),
}));
const background = tab => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);

async function imagesOnTheDesk() {
  const tab = await openFile('images.html');
  seen.charts = [];
  for (const name of ['Loss by epoch', 'Mean error by class', 'Errors'])
    seen.charts.push(await tab.getByRole('img', { name, exact: true }).locator('path').count());
  seen.hacked = await tab.evaluate(() => [window.hacked, document.querySelectorAll('[onerror]').length]);
  seen.headings = await tab.locator('h2').allTextContents();
  await accessibility(tab, 'light');
  await shot(tab, '#losses', 'losses');
  await shot(tab, '#bars .chart', 'bars');
  await tab.mouse.move(...await screenOf(tab, 57));
  seen.hover = await card(tab);
  await accessibility(tab, 'card');
  await shot(tab, '.plane', 'plane');

  const [x, y] = await screenOf(tab, 0);
  await tab.mouse.move(x + 60, y - 80);
  await tab.mouse.down();
  await tab.mouse.move(x + 90, y - 90, { steps: 3 });
  await tab.mouse.move(x + 100, y - 100);
  await tab.mouse.up();
  seen.drag = await card(tab);

  await tab.locator('.plane canvas').nth(1).focus();
  await tab.keyboard.press('ArrowRight');
  await tab.keyboard.press('Shift+ArrowDown');
  seen.keys = await card(tab);
  await tab.keyboard.press('Enter');
  seen.enter = await card(tab);
  await tab.keyboard.press('s');
  for (let i = 0; i < 9; i++) for (const key of ['Shift+ArrowRight', 'Shift+ArrowUp']) await tab.keyboard.press(key);
  await tab.keyboard.press('s');
  seen.selection = { text: await tab.locator('.selection p').textContent(), corners: await tab.evaluate(() => report.planes.plane.state.corners) };
  seen.selection.file = await saved(tab, () => tab.locator('.selection button').first().click());
  await accessibility(tab, 'selection');
  await tab.locator('.plane canvas').nth(1).focus();
  await tab.keyboard.press('Escape');
  seen.afterEscape = await tab.locator('.selection').isHidden();

  const pixel = () => tab.evaluate(() => {
    const [{ screen }, { points }, canvas] = [report.planes.plane.plane, report.planes.plane, document.querySelector('.plane canvas')];
    const at = points.kept.findIndex(kept => kept >= 0);
    return [...canvas.getContext('2d').getImageData(...[0, 1].map(k => Math.round(screen[2 * at + k] * devicePixelRatio)), 1, 1).data].join();
  });
  const [before, toggle] = [await pixel(), tab.locator('.legend button').nth(3)];
  await toggle.click();
  seen.legend = { buttons: await tab.locator('.legend button').allTextContents(), before, hidden: await pixel(), pressed: await toggle.getAttribute('aria-pressed') };
  await accessibility(tab, 'class hidden');
  await toggle.click();
  seen.legend.after = await pixel();
  seen.data = await saved(tab, () => tab.locator('.save[data-id=table]').click());

  seen.light = await background(tab);
  await tab.emulateMedia({ colorScheme: 'dark' });
  await accessibility(tab, 'dark');
  seen.dark = await background(tab);
  await shot(tab, '.plane', 'plane-dark');
  await tab.emulateMedia({ colorScheme: 'dark', media: 'print' });
  seen.print = { background: await background(tab), buttons: await tab.locator('button:visible').count() };
}

async function vectorsOnAPhone() {
  const tab = await openFile('vectors.html', { viewport: { width: 360, height: 700 }, hasTouch: true, isMobile: true });
  await tab.touchscreen.tap(...await screenOf(tab, 12));
  seen.tap = await card(tab);
  seen.width = await tab.evaluate(() => document.documentElement.scrollWidth);
  await accessibility(tab, 'phone');
  await shot(tab, '.plane', 'vectors');
  await tab.locator('.tools select').selectOption('UMAP');
  await tab.waitForFunction(() => report.planes.plane.points.titles[0].startsWith('UMAP'));
  seen.umap = await tab.evaluate(() => {
    const { places, group } = report.planes.plane.points;
    return { places: [...places], group, text: document.querySelector('.side output').textContent };
  });
}

async function withoutLibraries() {
  const tab = await openFile('bare.html', { viewport: { width: 360, height: 700 } });
  seen.bare = { notices: await tab.locator('.notice').allTextContents(), width: await tab.evaluate(() => document.documentElement.scrollWidth) };
  await accessibility(tab, 'bare');
}

// Runs a server that responds to each code with the number of codes so far.
async function withAServer() {
  const codes = [];
  const server = createServer((request, response) => {
    if (request.method === 'GET') return response.setHeader('content-type', 'text/html').end(readFileSync(join(folder, 'served.html')));
    let body = '';
    request.on('data', part => { body += part; });
    request.on('end', () => { codes.push(JSON.parse(body)); response.setHeader('content-type', 'application/json').end(JSON.stringify(new Array(20).fill(codes.length))); });
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const tab = await open(`http://127.0.0.1:${server.address().port}/`);
  const canvas = tab.locator('.plane canvas').nth(1);
  await canvas.focus();
  for (let i = 0; i < 20; i++) await tab.keyboard.press('ArrowRight');
  await tab.waitForFunction(() => document.querySelector('.side output').textContent === `Decoded at (${report.planes.plane.state.cross.map(value => +value.toPrecision(3)).join(', ')})`);
  seen.server = { codes, card: await card(tab), decoded: await tab.locator('.card td').nth(1).textContent() };
  await tab.close();
  server.close();
  seen.requests = seen.requests.filter(url => !url.startsWith('http://127.0.0.1:'));
}

// Measures the CPU time of the page's thread per frame, which does not depend on other programs, and the frames per second.
async function manyPoints() {
  const tab = await openFile('many.html');
  const cdp = await tab.context().newCDPSession(tab);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busy = async () => (await cdp.send('Performance.getMetrics')).metrics.find(metric => metric.name === 'TaskDuration').value;
  await screenOf(tab, 0);
  for (const [name, drags] of [['hover', false], ['drag', true], ['redraw', null]]) {
    const before = await busy();
    const seconds = await tab.evaluate(async drags => {
      const canvas = document.querySelectorAll('.plane canvas')[1];
      const box = canvas.getBoundingClientRect();
      const send = (type, i) => canvas.dispatchEvent(new PointerEvent(type, { clientX: box.left + 100 + 5 * i, clientY: box.top + 60 + 3 * i, pointerId: 1, isPrimary: true }));
      canvas.setPointerCapture = () => {};
      const start = performance.now();
      if (drags) send('pointerdown', 0);
      for (let i = 0; i < 60; i++) {
        await new Promise(requestAnimationFrame);
        if (drags === null) report.planes.plane.draw(); else send('pointermove', i);
      }
      if (drags) send('pointerup', 60);
      return (performance.now() - start) / 1000;
    }, drags);
    (seen.frames ??= {})[name] = { perSecond: 60 / seconds, milliseconds: (await busy() - before) * 1000 / 60 };
  }
}

try {
  for (const visit of [imagesOnTheDesk, vectorsOnAPhone, withoutLibraries, withAServer, manyPoints]) await visit();
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}
