// Opens pages of a report in Chromium, does what a reader does, and prints what was seen as JSON.
// node check.mjs FOLDER-OF-PACKAGE.JSON CHROMIUM PAGE PAGE-WITHOUT-LIBRARIES SCREENSHOTS
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [packages, executablePath, page, bare, screenshots] = process.argv.slice(2);
const load = createRequire(join(packages, 'package.json'));
const { chromium } = load('playwright-core');
const axe = load('axe-core');
// However slow the machine: the test ends this program where it takes too long.
const noLimit = 0;
const browser = await chromium.launch({ executablePath, timeout: noLimit });
const result = { problems: [], requests: [], accessibility: {} };
const intended = 'an error that the test makes';

async function open(file, options) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  context.setDefaultTimeout(noLimit);
  const tab = await context.newPage();
  tab.on('console', message => { if (message.type() === 'error' && !message.text().includes(intended)) result.problems.push(message.text()); });
  tab.on('pageerror', error => result.problems.push(String(error)));
  tab.on('request', request => { if (!/^(file|data|blob):/.test(request.url())) result.requests.push(request.url()); });
  await tab.goto(pathToFileURL(file).href);
  await tab.evaluate(() => report.drawAll());
  return tab;
}

const shot = (tab, name) => tab.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });

// What axe finds in a state of the page: how many rules the page passes, and what violates one.
async function accessibility(tab, state) {
  await tab.evaluate(axe.source);
  const { passes, violations } = await tab.evaluate(() => axe.run());
  result.accessibility[state] = {
    passes: passes.length,
    violations: violations.flatMap(({ id, help, nodes }) => nodes.map(node => `${id}: ${node.target.join(' ')}: ${help} (${node.failureSummary})`)),
  };
}

// How many different colors each chart's canvas has: one alone is a blank one.
const colors = tab => tab.evaluate(() => Object.fromEntries([...document.querySelectorAll('.chart')].map(box => {
  const canvas = box.querySelector('canvas');
  const pixels = canvas ? new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer) : [];
  return [box.id, new Set(pixels).size];
})));

const background = tab => tab.evaluate(() => {
  const pixel = document.querySelector('.chart canvas').getContext('2d').getImageData(1, 1, 1, 1).data;
  return { page: getComputedStyle(document.body).backgroundColor, chart: `rgb(${pixel[0]}, ${pixel[1]}, ${pixel[2]})` };
});

const explorer = tab => tab.evaluate(() => {
  const { x, y } = report.explorers.explorer;
  const canvas = document.querySelector('.decoded canvas');
  const rgba = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return { x, y, text: document.querySelector('.explorer output').textContent, image: [...rgba].filter((_, i) => i % 4 === 0) };
});

// Where a mark with pictures is on the screen: one that no other is near to.
const lonelyMark = tab => tab.evaluate(async () => {
  const canvas = document.querySelector('#scatter-chart canvas');
  canvas.scrollIntoView({ block: 'center', behavior: 'instant' });
  // The event of that scrolling, which hides the card, comes with the next frame.
  for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
  const box = canvas.getBoundingClientRect();
  const marks = report.card.marks(report.charts.scatter);
  const gap = mark => Math.min(...marks.filter(other => other !== mark).map(other => Math.hypot(other.x - mark.x, other.y - mark.y)));
  const mark = marks.reduce((best, other) => gap(other) > gap(best) ? other : best);
  return { index: mark.index, count: marks.length, x: box.left + mark.x, y: box.top + mark.y };
});

const card = tab => tab.evaluate(() => {
  const element = document.getElementById('card');
  const box = element.getBoundingClientRect();
  return {
    hidden: element.hidden, text: element.querySelector('p')?.textContent, labels: [...element.querySelectorAll('.pair > div')].map(div => div.textContent),
    pictures: [...element.querySelectorAll('canvas')].map(c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].filter((_, i) => i % 4 === 0)),
    inside: box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight,
  };
});

// How much wider than its box each chart is.
const excess = tab => tab.evaluate(() => [...document.querySelectorAll('.chart')].map(box => Math.max(0, (box.querySelector('canvas')?.clientWidth ?? Infinity) - box.clientWidth)));

const width = tab => tab.evaluate(() => document.documentElement.scrollWidth);

// How many pixels of the plane have about the color of a class.
const pixelsOf = (tab, index) => tab.evaluate(index => {
  const canvas = document.querySelector('.plane canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const of = color => [1, 3, 5].map(at => parseInt(color.slice(at, at + 2), 16));
  const [ink, paper] = [of(report.theme.classes()[index]), of(report.theme.css('surface'))];
  const blend = ink.map((value, c) => 0.7 * value + 0.3 * paper[c]);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) if (blend.every((value, c) => Math.abs(data[i + c] - value) < 8)) count++;
  return count;
}, index);

async function onTheDesk() {
  const tab = await open(page);
  result.colors = await colors(tab);
  result.excess = await excess(tab);
  result.light = await background(tab);
  result.described = await tab.locator('.chart [role=img]').evaluateAll(drawings => drawings.map(drawing => drawing.getAttribute('aria-label')));
  await accessibility(tab, 'light');
  await shot(tab, 'desktop-light');
  const mark = await lonelyMark(tab);
  await tab.mouse.move(mark.x, mark.y);
  result.hover = { mark, card: await card(tab) };
  await accessibility(tab, 'card');
  await tab.screenshot({ path: join(screenshots, 'card.png') });
  await tab.keyboard.press('Escape');
  result.afterEscape = await card(tab);
  await tab.locator('.chart summary').first().click();
  await accessibility(tab, 'menu');
  await tab.locator('.chart summary').first().click();

  const plane = tab.locator('.plane canvas');
  await plane.scrollIntoViewIfNeeded();
  result.start = await explorer(tab);
  await plane.hover({ position: { x: 200, y: 120 } });
  result.pointer = await explorer(tab);
  await plane.focus();
  await tab.keyboard.press('ArrowRight');
  await tab.keyboard.press('Shift+ArrowDown');
  result.keys = await explorer(tab);
  result.edge = await tab.evaluate(() => [[-9, -9], [9, 9], [5, 4], [-3, 0.25]].map(([x, y]) => ({ x, y, image: report.explorers.explorer.decodeAt(x, y) })));

  result.shown = { buttons: await tab.locator('.legend button').allTextContents(), before: await pixelsOf(tab, 2) };
  await tab.locator('.legend button').nth(2).click();
  await accessibility(tab, 'classHidden');
  result.shown.hidden = await pixelsOf(tab, 2);
  result.shown.others = await pixelsOf(tab, 1);
  result.shown.pressed = await tab.locator('.legend button').nth(2).getAttribute('aria-pressed');
  await tab.locator('.legend button').nth(2).click();
  result.shown.after = await pixelsOf(tab, 2);
  result.hacked = await tab.evaluate(() => window.hacked ?? document.querySelectorAll('img').length);

  await tab.emulateMedia({ colorScheme: 'dark' });
  await tab.waitForFunction(() => {
    const canvas = document.querySelector('.chart canvas');
    return canvas && canvas.getContext('2d').getImageData(1, 1, 1, 1).data[0] < 100;
  });
  result.changed = await background(tab);
}

async function inTheDark() {
  const tab = await open(page, { colorScheme: 'dark' });
  result.dark = await background(tab);
  result.darkColors = await colors(tab);
  await tab.locator('.legend button').first().click();
  await accessibility(tab, 'dark');
  await tab.locator('.legend button').first().click();
  await shot(tab, 'desktop-dark');
  result.failed = await tab.evaluate(async intended => {
    window.vegaEmbed = () => Promise.reject(new Error(intended));
    const box = document.querySelector('.chart');
    await report.drawChart(box);
    return box.textContent;
  }, intended);
  await accessibility(tab, 'failed');
}

async function onAPhone() {
  const tab = await open(page, { viewport: { width: 375, height: 667 }, hasTouch: true, isMobile: true });
  result.phone = { width: await width(tab), colors: await colors(tab), excess: await excess(tab) };
  await accessibility(tab, 'phone');
  await shot(tab, 'phone');
  const mark = await lonelyMark(tab);
  await tab.touchscreen.tap(mark.x, mark.y);
  result.tap = { mark, card: await card(tab) };
  await tab.touchscreen.tap(5, 5);
  result.afterTapElsewhere = await card(tab);
  const plane = tab.locator('.plane canvas');
  await plane.scrollIntoViewIfNeeded();
  const box = await plane.boundingBox();
  await tab.touchscreen.tap(box.x + 250, box.y + 60);
  result.touch = await explorer(tab);
}

async function withoutLibraries() {
  const tab = await open(bare);
  result.bare = {
    notices: await tab.locator('.notice').allTextContents(), tables: await tab.locator('table.data').count(), pictures: await tab.locator('.picture').count(),
    explorers: await tab.evaluate(() => Object.keys(report.explorers)), width: await width(tab),
  };
  await accessibility(tab, 'bare');
}

// axe itself is a script, so that scripts cannot be switched off: they are cut out, and what a browser shows in their place is shown.
async function withoutScripts() {
  const tab = await browser.newPage();
  await tab.setContent(readFileSync(page, 'utf8').replace(/<script[^]*?<\/script>/g, '').replace(/(<\/?)noscript>/g, '$1div>'));
  await accessibility(tab, 'scriptless');
}

try {
  for (const visit of [onTheDesk, inTheDark, onAPhone, withoutLibraries, withoutScripts]) await visit();
  console.log(JSON.stringify(result));
} finally {
  await browser.close();
}
