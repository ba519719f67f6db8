'use strict';
/* The explorer of a plane of codes: points are pointed at and selected, and places are decoded. */
report.explore = async box => {
  const { id } = box.dataset;
  const { classes, axes, grid, slots, decodeUrl, width, height, kept } = JSON.parse(report.text(`${id}-settings`));
  const [one, table] = [selector => box.querySelector(selector), await report.table(id)];
  const [values, vectors] = [new Float32Array(await report.bytes(`${id}-values`)), new Float32Array(await report.bytes(`${id}-vectors`))];
  const [sheet, decoded] = [one('.sheet'), one('.decoded')];
  for (const image of [sheet, decoded]) await image?.decode();
  const numbers = columns => Float32Array.from(table.rows.flatMap(row => columns.map(column => row[column])));
  const [size, linear, first] = [axes.origin.length, numbers([3, 4]), table.columns.indexOf('z1')];
  const codes = first < 0 ? linear : numbers(axes.origin.map((_, k) => first + k));
  const points = {
    count: table.rows.length, places: linear, path: table.rows.map(row => row[8]), kept: table.rows.map(row => row[9] === '' ? -1 : +row[9]),
    group: (names => table.rows.map(row => names.get(row[2])))(new Map(classes.map((name, i) => [name, i]))),
  };
  points.paths = Map.groupBy(points.path.flatMap((path, i) => path === '' ? [] : [i]), i => points.path[i]);
  const [below, above] = box.querySelectorAll('.plane canvas');
  const plane = report.plane(below, above, points);
  const [hidden, state] = [new Set(), { cross: [0, 0], point: -1, corners: null, isSelecting: false }];
  const isShown = i => !hidden.has(points.group[i]) && !Number.isNaN(points.places[2 * i]);

  const element = (tag, properties, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };
  const button = (text, onclick, ...before) => element('button', { type: 'button', onclick }, ...before, text);
  const tableOf = (head, rows) => element('div', { className: 'scroll', tabIndex: 0, role: 'group', ariaLabel: head.join(', ') },
    element('table', { className: 'data' }, element('thead', {}, element('tr', {}, ...head.map(text => element('th', { scope: 'col' }, text)))),
      element('tbody', {}, ...rows.map(row => element('tr', {}, ...row.map(text => element('td', {}, text)))))));
  const short = value => value === '' ? '' : `${+(+value).toPrecision(3)}`;
  const named = i => table.rows[i][1] || `row ${table.rows[i][0]}`;
  const describe = i => {
    const [, , group, , , error, score, anomaly] = table.rows[i];
    return [group, named(i), `error ${short(error)}`, score && `score ${short(score)}`, { True: 'anomaly', False: 'normal' }[anomaly]].filter(Boolean).join(', ');
  };
  const drawAbove = () => plane.drawAbove(state.cross, state.point < 0 ? null : plane.screen.slice(2 * state.point, 2 * state.point + 2), state.corners);
  const draw = () => { plane.draw(isShown); drawAbove(); };
  function say(text, ...content) {
    one('output').textContent = text;
    one('.card').replaceChildren(...content);
    drawAbove();
  }

  /* The mix of some pictures of a sheet, each with its weight. */
  function mix(image, across, [width, height], parts, text) {
    const canvas = element('canvas', { className: 'picture', width, height, role: 'img', ariaLabel: text });
    const context = Object.assign(canvas.getContext('2d'), { globalCompositeOperation: 'lighter' });
    for (const [index, globalAlpha] of parts)
      Object.assign(context, { globalAlpha }).drawImage(image, index % across * width, Math.floor(index / across) * height, width, height, 0, 0, width, height);
    return element('figure', {}, canvas, element('span', { ariaHidden: 'true' }, text));
  }
  const picture = (i, text, offset) => mix(sheet, 64, [width, height], [[points.kept[i] + offset, 1]], text);

  /* The rows whose numbers are nearest to others, nearest first, each with its distance. */
  function nearest(all, target, count, isMeant) {
    const best = [];
    for (let i = 0; i < points.count; i++) {
      let distance = 0;
      for (let k = 0; k < target.length; k++) distance += (all[target.length * i + k] - target[k]) ** 2;
      if (distance >= (best[count - 1]?.[1] ?? Infinity) || !isMeant(i)) continue;
      best.splice(best.findLastIndex(other => other[1] <= distance) + 1, 0, [i, distance]);
      best.length = Math.min(best.length, count);
    }
    return best.map(([i, distance]) => [i, Math.sqrt(distance)]);
  }

  function show(i) {
    state.point = i;
    const neighbors = nearest(codes, codes.subarray(size * i, size * (i + 1)), 5, other => other !== i).map(([other]) =>
      points.kept[other] >= 0 && sheet ? picture(other, describe(other), 0) : element('p', {}, describe(other)));
    say(describe(i), ...points.kept[i] < 0 ? [] : slots ? [slotsOfPoint(points.kept[i])] : [picture(i, 'image', 0), picture(i, 'reconstruction', kept)],
      element('div', { className: 'near' }, element('b', {}, 'Nearest codes'), ...neighbors));
  }
  function slotsOfPoint(at) {
    const [value, other, error] = [0, 1, 2].map(part => k => values[(3 * at + part) * slots.length + k]);
    const sum = slots.reduce((total, _, k) => total + (error(k) || 0), 0);
    const worst = slots.map((_, k) => k).sort((a, b) => (error(b) || 0) - (error(a) || 0)).slice(0, 5);
    return tableOf(['slot', 'value', 'decoded', 'share of error'],
      worst.map(k => [slots[k], short(value(k)), short(other(k)), `${Math.round(100 * error(k) / sum)} %`]));
  }

  /* A decoded vector: the slots that differ most from the mean of the grid, in standard deviations. */
  function slotsOf(vector) {
    const rows = slots.map((name, k) => {
      const all = vectors.filter((_, i) => i % slots.length === k);
      const mean = all.reduce((sum, value) => sum + value / all.length, 0);
      return [name, vector[k], mean, Math.abs(vector[k] - mean) / (Math.hypot(...all.map(value => value - mean)) || 1)];
    });
    return tableOf(['slot', 'decoded', 'mean'], rows.sort((a, b) => b[3] - a[3]).slice(0, 8).map(row => [row[0], short(row[1]), short(row[2])]));
  }

  /* Asks the server: one code at a time, and of those that came meanwhile the last. */
  let [wanted, isAsking] = [null, false];
  async function ask(code, text) {
    wanted = [JSON.stringify(code), text];
    if (isAsking) return;
    for (isAsking = true; wanted;) {
      const [body, said] = wanted;
      wanted = null;
      try {
        const answer = await fetch(decodeUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
        if (!answer.ok) throw new Error(await answer.text());
        const image = slots ? null : await createImageBitmap(await answer.blob());
        const content = image ? mix(image, 1, [image.width, image.height], [[0, 1]], 'decoded') : slotsOf(await answer.json());
        if (state.point < 0) say(said, content);
      } catch (error) { say(`The server did not decode: ${error.message}`); }
    }
    isAsking = false;
  }

  /* Moves the cross and decodes there: by the server, by the grid, or by the nearest point that has pictures. */
  function moveTo(place) {
    Object.assign(state, { cross: place, point: -1 });
    const [isLinear, [x, y]] = [points.places === linear, place];
    const text = `Decoded at (${short(x)}, ${short(y)})`;
    if (decodeUrl) {
      const near = nearest(points.places, place, 5, isShown).map(([i, distance]) => [i, 1 / (distance + 1e-9)]);
      const sum = near.reduce((total, [, weight]) => total + weight, 0);
      ask(axes.origin.map((origin, k) => isLinear ? origin + x * axes.x[k] + y * axes.y[k]
        : near.reduce((total, [i, weight]) => total + codes[size * i + k] * weight / sum, 0)), text);
      drawAbove();
    } else if (isLinear && grid) {
      const inside = (value, low, high, count) => Math.min(Math.max((value - low) / (high - low), 0), 1) * (count - 1);
      const [u, v] = [inside(x, grid.minimumX, grid.maximumX, grid.columns), inside(y, grid.minimumY, grid.maximumY, grid.rows)];
      const [column, row] = [Math.min(Math.floor(u), grid.columns - 2), Math.min(Math.floor(v), grid.rows - 2)];
      const parts = [[0, 0], [1, 0], [0, 1], [1, 1]].map(([right, up]) =>
        [(row + up) * grid.columns + column + right, (1 - Math.abs(u - column - right)) * (1 - Math.abs(v - row - up))]);
      say(text, decoded ? mix(decoded, grid.columns, [grid.width, grid.height], parts, 'decoded')
        : slotsOf(slots.map((_, k) => parts.reduce((total, [i, weight]) => total + weight * vectors[slots.length * i + k], 0))));
    } else {
      const other = nearest(points.places, place, 1, i => isShown(i) && points.kept[i] >= 0)[0]?.[0];
      if (other === undefined) say('Nothing can be decoded here without a server.');
      else say(`Without a server nothing is decoded here. The nearest reconstruction is that of ${named(other)}.`,
        slots ? slotsOfPoint(points.kept[other]) : picture(other, 'reconstruction', kept));
    }
  }

  function select(corners) {
    Object.assign(state, { corners });
    const inside = i => corners[0].every((from, k) => (points.places[2 * i + k] - from) * (points.places[2 * i + k] - corners[1][k]) <= 0);
    const selected = table.rows.flatMap((_, i) => isShown(i) && inside(i) ? [i] : []);
    const mean = rows => short(rows.reduce((total, i) => total + table.rows[i][5] / rows.length, 0));
    const save = () => report.save(`${id}-selection.csv`, [-1, ...selected].map(i => table.lines[i + 1]).join(''));
    one('.selection').hidden = false;
    one('.selection').replaceChildren(
      element('p', { role: 'status' }, `${selected.length} points are selected${selected.length > 100 ? '; the first 100 are listed' : ''}.`),
      button('Save selection (CSV)', save), button('Close', close),
      tableOf(['class', 'points', 'mean error'], [...Map.groupBy(selected, i => table.rows[i][2])].map(([name, rows]) => [name, `${rows.length}`, mean(rows)])),
      tableOf(['point', 'error', 'score'], selected.slice(0, 100).map(i => [`${named(i)} (${table.rows[i][2]})`, ...[5, 6].map(column => short(table.rows[i][column]))])));
    setSelecting(false);
  }
  const setSelecting = is => one('.select').setAttribute('aria-pressed', state.isSelecting = is);
  function close() {
    setSelecting(false);
    state.corners = null;
    one('.selection').hidden = true;
    moveTo(state.cross);
  }
  one('.select').addEventListener('click', () => setSelecting(!state.isSelecting));

  /* Of the points within reach, one with pictures comes first. */
  const pointed = event => [i => points.kept[i] >= 0, () => true].flatMap(isMeant => nearest(plane.screen, spot(event), 1, i => isShown(i) && isMeant(i)))
    .find(([, distance]) => distance <= (event.pointerType === 'touch' ? 24 : 8))?.[0];
  const spot = event => [event.offsetX, event.offsetY];
  let down = null;
  above.addEventListener('pointerdown', event => {
    above.setPointerCapture(event.pointerId);
    down = { spot: spot(event), place: plane.toPlace(spot(event)), selects: state.isSelecting || event.shiftKey, moved: false };
  });
  above.addEventListener('pointermove', event => {
    const [place, point] = [plane.toPlace(spot(event)), down || event.pointerType === 'touch' ? undefined : pointed(event)];
    if (point !== undefined && point !== state.point) show(point);
    if (!down) return;
    down.moved ||= Math.hypot(event.offsetX - down.spot[0], event.offsetY - down.spot[1]) > 4;
    if (down.moved && down.selects) { state.corners = [down.place, place]; drawAbove(); } else if (down.moved) moveTo(place);
  });
  above.addEventListener('pointerup', event => {
    const [{ moved, selects }, point] = [down, pointed(event)];
    if (moved && selects) select(state.corners); else if (!moved && point !== undefined) show(point); else if (!moved) moveTo(down.place);
    down = null;
  });
  above.addEventListener('pointercancel', () => { down = null; });
  const keys = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  above.addEventListener('keydown', event => {
    if (keys[event.key]) {
      const far = event.shiftKey ? 50 : 5;
      const place = plane.toPlace(plane.toScreen(state.cross).map((value, k) => value + far * keys[event.key][k]));
      if (state.isSelecting && state.corners) state.corners[1] = place;
      moveTo(place);
    } else if (event.key === 'Enter') for (const [i] of nearest(points.places, state.cross, 1, isShown)) show(i);
    else if (event.key.toLowerCase() !== 's') return event.key === 'Escape' && close();
    else if (state.isSelecting && state.corners) select(state.corners);
    else { setSelecting(true); state.corners = [state.cross, state.cross]; }
    event.preventDefault();
  });

  const used = [...new Set(points.group)].sort((a, b) => a - b);
  const toggles = new Map(used.map(group => {
    const mark = element('span', { ariaHidden: 'true', style: `color: var(--c${group % 10})` }, [...'●■▲◆✚▼▶◀✖⬢'][(group + Math.floor(group / 10)) % 10], ' ');
    return [group, button(classes[group], () => turn([group], hidden.has(group)), mark)];
  }));
  function turn(groups, isOn) {
    for (const group of groups) {
      if (isOn) hidden.delete(group); else hidden.add(group);
      toggles.get(group).ariaPressed = isOn;
    }
    draw();
  }
  one('.legend').append(...used.length > 10 ? [button('Show all', () => turn(used, true)), button('Hide all', () => turn(used, false))] : [], ...toggles.values());

  const [most, status] = [10000, text => { one('.status').textContent = text; }];
  let worker = null;
  function put(places) {
    Object.assign(points, { places, titles: places === linear ? [axes.xTitle, axes.yTitle] : ['UMAP, first axis', 'UMAP, second axis'] });
    plane.fit([...places, ...places === linear && grid ? [grid.minimumX, grid.minimumY, grid.maximumX, grid.maximumY] : []]);
    draw();
    state.cross = plane.toPlace([below.clientWidth / 2, below.clientHeight / 2]);
    close();
  }
  one('.tools select')?.addEventListener('change', event => {
    worker?.terminate();
    status('');
    if (event.target.value === '') return put(linear);
    const parts = ['self.window = self;', report.text('umap-library'), report.text('umap-worker')];
    worker = new Worker(URL.createObjectURL(new Blob(parts, { type: 'text/javascript' })));
    const progress = text => status(`UMAP: ${text}. Choose principal components to cancel.`);
    progress('finding neighbors');
    worker.onerror = error => status(`UMAP failed: ${error.message}`);
    worker.onmessage = ({ data: { places, share } }) => {
      if (!places) return progress(`${Math.round(100 * share)} %`);
      put(places);
      status(points.count > most ? `UMAP of each ${Math.ceil(points.count / most)}th point.` : 'UMAP is done.');
    };
    worker.postMessage({ codes, size, most });
  });

  new ResizeObserver(draw).observe(above);
  for (const query of ['(prefers-color-scheme: dark)', 'print']) matchMedia(query).addEventListener('change', draw);
  put(linear);
  turn(used, true);
  report.planes[id] = { state, plane, points, draw };
};
