// Draws a plane of points without a browser. Prints the places of all points, those of the rings around points, and the ends of all lines as JSON.
// Run: node plane.mjs FOLDER-OF-ASSETS JSON-OF-POINTS-AND-HIDDEN-CLASSES.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';

const [assets, input] = process.argv.slice(2);
const { points, hidden } = JSON.parse(input);
const rings = [];
const lines = [];
let pen;
const moveTo = (x, y) => { pen = [x, y]; };
const lineTo = (x, y) => { lines.push([pen, [x, y]]); pen = [x, y]; };
const canvasOf = ring => {
  const canvas = { clientWidth: 200, clientHeight: 200 };
  const getImageData = (x, y, width, height) => ({ data: new Uint8ClampedArray(4 * width * height), width });
  const context = new Proxy({ canvas, arc: ring, moveTo, lineTo, getImageData }, { get: (target, name) => target[name] ?? (() => {}), set: () => true });
  return Object.assign(canvas, { getContext: () => context });
};
const page = {
  report: {}, devicePixelRatio: 1, document: {}, ImageData: class {}, getComputedStyle: () => ({ getPropertyValue: () => '#808080' }),
};
runInNewContext(readFileSync(join(assets, 'plane.js'), 'utf8'), page);
const plane = page.report.plane(canvasOf((x, y) => rings.push([x, y])), canvasOf(() => {}), points);
plane.fit(points.places);
plane.draw(i => !hidden.includes(points.group[i]));
console.log(JSON.stringify({ rings, lines, spots: points.group.map((_, i) => [plane.screen[2 * i], plane.screen[2 * i + 1]]) }));
