'use strict';
/* Draws the plane of codes: the points on one canvas, and the moving parts (cross, ring and rectangle) on a second one above it. */
report.plane = (below, above, points) => {
  const { abs, max, min, round } = Math;
  // The marks of classes in the square from -1 to 1, in the order of the legend: ●■▲◆✚▼▶◀✖⬢
  const shapes = [
    (x, y) => x * x + y * y <= 1, (x, y) => max(abs(x), abs(y)) <= .85, (x, y) => abs(x) <= (y + 1) / 2, (x, y) => abs(x) + abs(y) <= 1,
    (x, y) => min(abs(x), abs(y)) <= .35, (x, y) => abs(x) <= (1 - y) / 2, (x, y) => abs(y) <= (1 - x) / 2, (x, y) => abs(y) <= (x + 1) / 2,
    (x, y) => abs(abs(x) - abs(y)) <= .35, (x, y) => max(abs(y), .87 * abs(x) + abs(y) / 2) <= .87,
  ];
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const [front, back] = [above.getContext('2d'), below.getContext('2d', { willReadFrequently: true })];
  const paths = [...new Set(points.path)].filter(Boolean);
  const [low, high, screen] = [[0, 0], [1, 1], new Float32Array(2 * points.count)];
  let [width, height] = [0, 0];
  const start = k => k ? height - 40 : 48;
  const scale = k => (k ? 50 - height : width - 60) / (high[k] - low[k]);
  const spotOf = i => [screen[2 * i], screen[2 * i + 1]];
  const addCircle = (context, [x, y], radius) => { context.moveTo(x + radius, y); context.arc(x, y, radius, 0, 7); };
  const toScreen = place => place.map((value, k) => start(k) + (value - low[k]) * scale(k));
  const toPlace = spot => spot.map((value, k) => min(max(low[k] + (value - start(k)) / scale(k), low[k]), high[k]));

  /* Draws outliers, half a percent on each side, at the edge. Otherwise they would compress all other points. */
  function fit(places) {
    for (const k of [0, 1]) {
      const along = places.filter((value, i) => i % 2 === k && !Number.isNaN(value)).sort();
      const far = Math.floor(along.length * .005);
      const room = (along.at(-1 - far) - along[far]) * .05 || 1;
      [low[k], high[k]] = along.length ? [along[far] - room, along.at(-1 - far) + room] : [0, 1];
    }
  }

  function drawAxis(k) {
    const power = 10 ** Math.floor(Math.log10((high[k] - low[k]) / 5));
    const step = power * [1, 2, 5, 10].find(factor => factor * power * 5 >= high[k] - low[k]);
    for (let i = Math.ceil(low[k] / step); i * step <= high[k]; i++) {
      const at = start(k) + (i * step - low[k]) * scale(k);
      back.fillStyle = css('line');
      back.fillRect(...k ? [48, at, width - 60, 1] : [at, 10, 1, height - 50]);
      back.fillStyle = css('muted');
      back.fillText(+(i * step).toPrecision(6), ...k ? [28, at + 4] : [at, height - 24]);
    }
    back.save();
    back.translate(...k ? [12, height / 2 - 15] : [width / 2 + 18, height - 6]);
    back.rotate(k ? -Math.PI / 2 : 0);
    back.fillText(points.titles[k], 0, 0, (k ? height : width) - 60);
    back.restore();
  }

  /* Draws everything except the moving parts. Writes points directly to the image data, which is fast for many points. */
  function draw(isShown) {
    [width, height] = [below.clientWidth, below.clientHeight];
    const ratio = devicePixelRatio;
    if (width < 99 || height < 99) return;
    for (const context of [back, front]) {
      Object.assign(context.canvas, { width: round(width * ratio), height: round(height * ratio) });
      context.scale(ratio, ratio);
    }
    Object.assign(back, { fillStyle: css('background'), font: '12px system-ui, sans-serif', textAlign: 'center' });
    back.fillRect(0, 0, width, height);
    for (const k of [0, 1]) {
      drawAxis(k);
      for (let i = k; i < screen.length; i += 2) screen[i] = start(k) + (min(max(points.places[i], low[k]), high[k]) - low[k]) * scale(k);
    }
    const { data, width: across } = back.getImageData(0, 0, below.width, below.height);
    const mark = radius => shapes.map(shape => {
      const reach = Array.from({ length: 2 * Math.floor(radius) + 1 }, (_, i) => i - Math.floor(radius));
      return reach.flatMap(y => reach.filter(x => shape(x / radius, y / radius)).map(x => 4 * (y * across + x)));
    });
    const marks = [mark(ratio * (points.count > 5000 ? 1.4 : points.count > 1000 ? 2 : 3)), mark(ratio * 5), mark(ratio * 6.5)];
    const colors = Array.from({ length: 10 }, (_, i) => [1, 3, 5].map(from => parseInt(css(`c${i}`).slice(from, from + 2), 16)));
    for (const kept of [0, 1]) for (let i = 0; i < points.count; i++) {
      if (+(points.kept[i] >= 0) !== kept || !isShown(i)) continue;
      const at = 4 * (round(screen[2 * i + 1] * ratio) * across + round(screen[2 * i] * ratio));
      const alpha = paths.length && points.path[i] === '' ? .2 : kept ? .9 : .65;
      const [color, shape] = [colors[points.group[i] % 10], (points.group[i] + Math.floor(points.group[i] / 10)) % 10];
      // A rim in the background color highlights points with pictures.
      if (kept) for (const offset of marks[2][shape]) data.set(data.subarray(0, 3), at + offset);
      for (const offset of marks[kept][shape])
        for (let c = 0; c < 3; c++) data[at + offset + c] += (color[c] - data[at + offset + c]) * alpha;
    }
    back.putImageData(new ImageData(data, across), 0, 0);
    Object.assign(back, { strokeStyle: css('text'), lineWidth: 1.5 });
    back.beginPath();
    // Draw a ring around each anomaly and around the first point of each path.
    for (let i = 0; i < points.count; i++) if (points.odd[i] && isShown(i)) addCircle(back, spotOf(i), 6);
    for (const path of paths) {
      const first = points.path.indexOf(path);
      let command = 'moveTo';
      if (isShown(first)) addCircle(back, spotOf(first), 7);
      points.path.forEach((other, i) => {
        if (other !== path || !isShown(i)) return;
        back[command](...spotOf(i));
        command = 'lineTo';
      });
    }
    back.stroke();
  }

  function drawAbove(cross, point, corners) {
    front.clearRect(0, 0, width, height);
    front.beginPath();
    const [left, top] = toScreen(cross);
    addCircle(front, [left, top], 7);
    for (const [x, y] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      front.moveTo(left + 7 * x, top + 7 * y);
      front.lineTo(left + 16 * x, top + 16 * y);
    }
    if (point >= 0) addCircle(front, spotOf(point), 9);
    const [from, to] = corners?.map(toScreen) ?? [];
    if (from) front.rect(...from, to[0] - from[0], to[1] - from[1]);
    for (const [name, lineWidth] of [['background', 5], ['text', 2]]) Object.assign(front, { strokeStyle: css(name), lineWidth }).stroke();
  }
  return { screen, toScreen, toPlace, fit, draw, drawAbove };
};
