'use strict';
/* Handles the interaction with a plane of codes: shows and selects points, and decodes positions. */
report.explore = async box => {
  const { id } = box.dataset;
  const { classes, axes, grid, slots, decodeUrl } = JSON.parse(report.text(`${id}-settings`));
  const [{ rows, lines }, one] = [await report.table(id), selector => box.querySelector(selector)];
  const [values, vectors] = [new Float32Array(await report.bytes(`${id}-values`)), new Float32Array(await report.bytes(`${id}-vectors`))];
  const [sheet, decoded, above] = [one('.sheet'), one('.decoded'), one('.plane canvas + canvas')];
  for (const image of [sheet, decoded]) await image?.decode();
  const numbers = (from, count) => Float32Array.from(rows.flatMap(row => row.slice(from, from + count)));
  const [size, linear] = [axes.origin.length, numbers(3, 2)];
  const codes = numbers(10, size);
  const [group, path] = [rows.map(row => classes.indexOf(row[2])), rows.map(row => row[8])];
  const odd = rows.map(row => row[7] === 'True');
  const points = { count: rows.length, group, path, odd, kept: rows.map(row => row[9] === '' ? -1 : +row[9]) };
  const [plane, hidden] = [report.plane(one('.plane canvas'), above, points), new Set()];
  const state = { cross: [0, 0], point: -1, corners: null, isSelecting: false };
  const isShown = i => !hidden.has(points.group[i]) && !Number.isNaN(points.places[2 * i]);
  const isKept = i => isShown(i) && points.kept[i] >= 0;

  const element = (tag, properties, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };
  const button = (text, onclick, ...before) => element('button', { type: 'button', onclick }, ...before, text);
  const rowOf = (cells, tag) => element('tr', {}, ...cells.map(text => element(tag, {}, text)));
  const tableOf = (head, cells) => element('div', { className: 'scroll', tabIndex: 0, role: 'group', ariaLabel: head.join(', ') }, element(
    'table', { className: 'data' }, element('thead', {}, rowOf(head, 'th')), element('tbody', {}, ...cells.map(row => rowOf(row, 'td')))));
  const short = value => value === '' ? '' : `${+(+value).toPrecision(3)}`;
  const named = i => rows[i][1] || `row ${rows[i][0]}`;
  const [error, score] = [i => short(rows[i][5]), i => short(rows[i][6])];
  const verdict = i => ({ True: 'anomaly', False: 'normal' }[rows[i][7]] ?? '');
  const describe = i => [rows[i][2], named(i), error(i) !== score(i) && `error ${error(i)}`, rows[i][6] && `score ${score(i)}`, verdict(i)]
    .filter(Boolean).join(', ');
  const drawAbove = () => plane.drawAbove(state.cross, state.point, state.corners);
  const draw = () => { plane.draw(isShown); drawAbove(); };
  const say = (text, ...content) => { one('output').textContent = text; one('.card').replaceChildren(...content); drawAbove(); };

  /* Blends pictures of a sheet, each with a weight. */
  function mix(image, across, down, parts, text) {
    const [width, height] = [image.width / across, image.height / down];
    const canvas = element('canvas', { width, height, role: 'img', ariaLabel: text });
    const context = Object.assign(canvas.getContext('2d'), { globalCompositeOperation: 'lighter' });
    for (const [i, globalAlpha] of parts)
      Object.assign(context, { globalAlpha }).drawImage(image, -(i % across) * width, -Math.floor(i / across) * height);
    return element('figure', {}, canvas, element('span', { ariaHidden: 'true' }, text));
  }
  const all = 2 * points.kept.filter(kept => kept >= 0).length;
  const picture = (i, text, part) => mix(sheet, 64, Math.ceil(all / 64), [[points.kept[i] + part * all / 2, 1]], text);

  /* Finds the rows nearest to a target, nearest first, with their distances. */
  function nearest(numbers, target, count, isMeant) {
    const best = [];
    for (let i = 0; i < points.count; i++) {
      let distance = 0;
      for (let k = 0; k < target.length; k++) distance += (numbers[target.length * i + k] - target[k]) ** 2;
      if (distance >= (best[count - 1]?.[1] ?? Infinity) || !isMeant(i)) continue;
      best.splice(best.findLastIndex(other => other[1] <= distance) + 1, 0, [i, distance]);
      best.length = Math.min(best.length, count);
    }
    return best.map(([i, distance]) => [i, Math.sqrt(distance)]);
  }

  /* Shows the details of a point: its pictures, or the slots that contribute most to its error. */
  function detailsOf(i) {
    if (!slots) return [picture(i, 'image', 0), picture(i, 'reconstruction', 1)];
    const [value, other, part] = [0, 1, 2].map(part => k => values[(3 * points.kept[i] + part) * slots.length + k]);
    const sum = slots.reduce((total, _, k) => total + (part(k) || 0), 0);
    const worst = [...slots.keys()].sort((a, b) => (part(b) || 0) - (part(a) || 0)).slice(0, 5);
    return [tableOf(['slot', 'value', 'decoded', 'share of error'],
      worst.map(k => [slots[k], short(value(k)), short(other(k)), `${Math.round(100 * (part(k) || 0) / (sum || 1))} %`]))];
  }
  function show(i) {
    state.point = i;
    const neighbors = nearest(codes, codes.subarray(size * i, size * (i + 1)), 5, other => other !== i)
      .map(([other]) => sheet && isKept(other) ? picture(other, describe(other), 0) : element('p', {}, describe(other)));
    const near = element('div', { className: 'near' }, element('b', {}, 'Nearest codes'), ...neighbors);
    const details = isKept(i) ? detailsOf(i)
      : [element('p', {}, `The page does not contain the ${slots ? 'values' : 'picture'} of this row.`)];
    say(describe(i), ...details, near);
  }
  /* Shows a decoded vector: the slots that differ most from the mean of the grid, in standard deviations. */
  const usual = slots?.map((_, k) => {
    const column = Array.from({ length: vectors.length / slots.length }, (_, i) => vectors[slots.length * i + k]);
    const mean = column.reduce((sum, value) => sum + value / column.length, 0);
    return [mean, Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0)) || 1];
  });
  const slotsOf = vector => tableOf(['slot', 'decoded', 'mean'], slots
    .map((name, k) => [name, short(vector[k]), short(usual[k][0]), Math.abs(vector[k] - usual[k][0]) / usual[k][1]])
    .sort((a, b) => b[3] - a[3]).slice(0, 8).map(row => row.slice(0, 3)));

  /* Sends codes to the server, one at a time. Of the codes that arrive during a request, sends only the latest. */
  let [newest, asking] = [null, Promise.resolve()];
  function ask(code, text) {
    newest = code;
    asking = asking.then(async () => {
      if (code !== newest) return;
      const page = location.href.replace(/[?#].*$/, '').replace(/\/?$/, '/');
      const [headers, body] = [{ 'content-type': 'application/json' }, JSON.stringify(code)];
      const answer = await fetch(new URL(decodeUrl, page), { method: 'POST', headers, body });
      if (!answer.ok) throw new Error(await answer.text());
      const content = slots ? slotsOf(await answer.json()) : mix(await createImageBitmap(await answer.blob()), 1, 1, [[0, 1]], 'decoded');
      if (state.point < 0) say(text, content);
    }).catch(error => say(`The server could not decode the code: ${error.message}`));
  }
  /* Moves the cross and decodes its position with the server or the grid. Without both, shows the details of the nearest point. */
  function moveTo(place) {
    Object.assign(state, { cross: place, point: -1 });
    drawAbove();
    const [isLinear, text] = [points.places === linear, `Decoded at (${place.map(short).join(', ')})`];
    if (decodeUrl) {
      const near = nearest(points.places, place, 5, isShown).map(([i, distance]) => [i, 1 / (distance + 1e-9)]);
      const sum = near.reduce((total, [, weight]) => total + weight, 0);
      ask(axes.origin.map((origin, k) => isLinear ? origin + place[0] * axes.x[k] + place[1] * axes.y[k]
        : near.reduce((total, [i, weight]) => total + codes[size * i + k] * weight / sum, 0)), text);
    } else if (isLinear && grid) {
      const [u, v] = [['X', grid.columns], ['Y', grid.rows]].map(([axis, count], k) => (count - 1)
        * Math.min(Math.max((place[k] - grid[`minimum${axis}`]) / (grid[`maximum${axis}`] - grid[`minimum${axis}`]), 0), 1));
      const [column, row] = [Math.min(Math.floor(u), grid.columns - 2), Math.min(Math.floor(v), grid.rows - 2)];
      const parts = [[0, 0], [1, 0], [0, 1], [1, 1]].map(([right, up]) =>
        [(row + up) * grid.columns + column + right, (1 - Math.abs(u - column - right)) * (1 - Math.abs(v - row - up))]);
      say(text, decoded ? mix(decoded, grid.columns, grid.rows, parts, 'decoded')
        : slotsOf(slots.map((_, k) => parts.reduce((total, [i, weight]) => total + weight * vectors[slots.length * i + k], 0))));
    } else {
      const near = nearest(points.places, place, 1, isKept).map(([i]) => i);
      const nearby = near.map(i => `Nearest point: ${describe(i)}.`);
      say(`Decoding here requires a server (MapAutoencoderExplorer). ${nearby}`, ...near.flatMap(detailsOf));
    }
  }

  function select(corners) {
    state.corners = corners;
    const inside = i => [0, 1].every(k => (points.places[2 * i + k] - corners[0][k]) * (points.places[2 * i + k] - corners[1][k]) <= 0);
    const badness = i => +(rows[i][6] || rows[i][5]);
    const selected = [...rows.keys()].filter(i => isShown(i) && inside(i));
    const mean = group => short(group.reduce((total, i) => total + rows[i][5] / group.length, 0));
    const groups = [...Map.groupBy(selected, i => rows[i][2])].map(([name, group]) => [name, `${group.length}`, mean(group)]);
    const worst = [...selected].sort((a, b) => badness(b) - badness(a)).slice(0, 100);
    const listed = worst.map(i => [`${named(i)} (${rows[i][2]})`, error(i), score(i), verdict(i)]);
    const save = () => report.save(`${id}-selection.csv`, [-1, ...selected].map(i => lines[i + 1]).join(''));
    const text = `${selected.length} points are selected.${selected.length > 100 ? ' The table lists the 100 worst.' : ''}`;
    one('.selection').hidden = false;
    one('.selection').replaceChildren(element('p', { role: 'status' }, text), button('Save selection (CSV)', save), button('Close', close),
      tableOf(['class', 'points', 'mean error'], groups), tableOf(['point', 'error', 'score', 'verdict'], listed));
    setSelecting(false);
  }
  const setSelecting = is => one('.select').setAttribute('aria-pressed', state.isSelecting = is);
  function close() {
    setSelecting(false);
    one('.selection').hidden = true;
    state.corners = null;
    moveTo(state.cross);
  }
  one('.select').addEventListener('click', () => setSelecting(!state.isSelecting));

  /* Prefers a point with pictures among the points within reach. */
  const spot = event => [event.offsetX, event.offsetY];
  const pointed = event => [isKept, isShown].flatMap(isMeant => nearest(plane.screen, spot(event), 1, isMeant))
    .find(([, distance]) => distance <= (event.pointerType === 'touch' ? 24 : 8))?.[0] ?? -1;
  let down = null;
  above.addEventListener('pointerdown', event => {
    above.setPointerCapture(event.pointerId);
    down = { spot: spot(event), place: plane.toPlace(spot(event)), selects: state.isSelecting || event.shiftKey, hasMoved: false };
  });
  above.addEventListener('pointermove', event => {
    const [place, point] = [plane.toPlace(spot(event)), down || event.pointerType === 'touch' ? -1 : pointed(event)];
    if (point >= 0 && point !== state.point) show(point);
    if (!down) return;
    down.hasMoved ||= Math.hypot(event.offsetX - down.spot[0], event.offsetY - down.spot[1]) > 4;
    if (down.hasMoved && down.selects) { state.corners = [down.place, place]; drawAbove(); } else if (down.hasMoved) moveTo(place);
  });
  above.addEventListener('pointerup', event => {
    if (!down) return;
    const point = pointed(event);
    if (down.hasMoved && down.selects) select(state.corners);
    else if (!down.hasMoved && point >= 0) show(point);
    else if (!down.hasMoved) moveTo(down.place);
    down = null;
  });
  above.addEventListener('pointercancel', () => { down = null; });
  const arrows = { ArrowLeft: [-5, 0], ArrowRight: [5, 0], ArrowUp: [0, -5], ArrowDown: [0, 5] };
  above.addEventListener('keydown', event => {
    const isMarking = state.isSelecting && state.corners;
    const does = {
      Enter: () => nearest(points.places, state.cross, 1, isShown).forEach(([i]) => show(i)), Escape: close,
      S: () => { if (isMarking) return select(state.corners); setSelecting(true); state.corners = [state.cross, state.cross]; },
    }[event.key === 's' ? 'S' : event.key];
    const arrow = arrows[event.key]?.map(step => step * (event.shiftKey ? 10 : 1));
    if (!does && !arrow) return;
    event.preventDefault();
    if (does) return does();
    const place = plane.toPlace(plane.toScreen(state.cross).map((value, k) => value + arrow[k]));
    if (isMarking) state.corners[1] = place;
    moveTo(place);
  });

  const used = [...new Set(points.group)].sort((a, b) => a - b);
  const markOf = group => element('span', { ariaHidden: 'true', style: `color: var(--c${group % 10})` },
    `${'●■▲◆✚▼▶◀✖⬢'[(group + Math.floor(group / 10)) % 10]} `);
  const toggles = used.map(group => button(classes[group], () => turn([group], hidden.has(group)), markOf(group)));
  function turn(groups, isOn) {
    for (const group of groups) if (isOn) hidden.delete(group); else hidden.add(group);
    toggles.forEach((toggle, i) => { toggle.ariaPressed = !hidden.has(used[i]); });
    draw();
  }
  if (used.length > 10) one('.legend').append(button('Show all', () => turn(used, true)), button('Hide all', () => turn(used, false)));
  one('.legend').append(...toggles);

  function put(places, titles, text) {
    Object.assign(points, { places, titles });
    plane.fit(places);
    one('.status').textContent = text;
    turn([], true);
    state.cross = plane.toPlace([above.clientWidth / 2, above.clientHeight / 2]);
    close();
  }
  const most = 10000;
  let worker = null;
  one('.tools select')?.addEventListener('change', event => {
    worker?.terminate();
    if (event.target.value === '') return put(linear, [axes.xTitle, axes.yTitle], '');
    const parts = ['self.window = self;', report.text('umap-library'), report.text('umap-worker')];
    worker = new Worker(URL.createObjectURL(new Blob(parts, { type: 'text/javascript' })));
    worker.onerror = error => { one('.status').textContent = `UMAP: ${error.message}`; };
    worker.onmessage = ({ data: { places, share } }) => {
      const text = points.count > most ? `UMAP of ${most} random points.` : 'UMAP is done.';
      if (places) put(places, ['UMAP, first axis', 'UMAP, second axis'], text);
      else one('.status').textContent = `UMAP: ${Math.round(100 * share)} %. Choose principal components to cancel.`;
    };
    worker.postMessage({ codes, size, most });
  });

  new ResizeObserver(draw).observe(above);
  for (const query of ['(prefers-color-scheme: dark)', 'print']) matchMedia(query).addEventListener('change', draw);
  put(linear, [axes.xTitle, axes.yTitle], '');
  report.planes[id] = { state, plane, points, draw };
};
