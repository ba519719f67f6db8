'use strict';
/* Reads and saves the data of figures, and draws charts with Vega-Lite. */
const report = { planes: {} };
report.text = id => document.getElementById(id).textContent;
report.bytes = async id => {
  const packed = new Blob([Uint8Array.from(atob(report.text(id)), letter => letter.charCodeAt(0))]);
  return packed.size === 0 ? new ArrayBuffer(0) : new Response(packed.stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
};

/* Reads CSV (RFC 4180). Returns the columns, the cells of each row without the apostrophe before a formula, and the original lines. */
report.table = async id => {
  const text = new TextDecoder().decode(await report.bytes(`${id}-data`));
  const [rows, lines, cell] = [[], [], /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y];
  for (let row = [], start = 0, found; (found = cell.exec(text));) {
    row.push((found[1]?.replaceAll('""', '"') ?? found[2]).replace(/^'(?='*[=+\-@\t\r])/, ''));
    if (found[3] === ',') continue;
    rows.push(row);
    lines.push(text.slice(start, cell.lastIndex));
    [row, start] = [[], cell.lastIndex];
  }
  return { text, columns: rows.shift(), rows, lines };
};
report.save = (name, text) => {
  const href = URL.createObjectURL(new Blob(['\ufeff', text], { type: 'text/csv' }));
  Object.assign(document.createElement('a'), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60000);
};

/* The SVG uses the CSS colors of the page, so that dark mode and printing do not need a redraw. */
const [color, muted] = ['var(--text)', 'var(--muted)'];
const titles = { labelColor: color, titleColor: color, labelFontSize: 12, titleFontSize: 12 };
const config = {
  background: 'transparent', font: 'system-ui, sans-serif', view: { stroke: null },
  axis: { ...titles, gridColor: 'var(--line)', domainColor: muted, tickColor: muted }, legend: { ...titles, orient: 'top', columns: 3 },
  text: { color, fontSize: 12 }, rule: { color }, bar: { color: 'var(--c1)' }, line: { color: muted },
  range: { category: [...'0123456789'].map(i => `var(--c${i})`) },
};
report.draw = async box => {
  const { id, kind, axis, mark, markTitle } = box.dataset;
  const { columns, rows } = await report.table(id);
  const valueOf = (cell, name) => ['name', 'images', 'group'].includes(name) ? cell : cell !== '' && Number.isFinite(+cell) ? +cell : null;
  let values = rows.map(row => Object.fromEntries(columns.map((name, i) => [name, valueOf(row[i], name)])));
  const specification = JSON.parse(report.text(`kind-${kind}`), (_, part) => part === '$axis' ? axis : part);
  const { layer } = specification;
  if (Number.isFinite(parseFloat(mark))) {
    const [data, x, side] = [{ values: [{}] }, { datum: +mark }, `${+mark} > (domain('x')[0] + domain('x')[1]) / 2 ? `];
    const label = { type: 'text', align: { expr: `${side}'right' : 'left'` }, dx: { expr: `${side}3 : -3` }, dy: -9, text: markTitle };
    const rule = { type: 'rule', strokeDash: [6, 4] };
    layer.push({ data, mark: rule, encoding: { x, y: null } }, { data, mark: label, encoding: { x, y: { value: 0 } } });
  }
  if (kind === 'histogram') { // a few outliers would compress all other values to one bar
    const sorted = values.map(row => row.value).sort((a, b) => a - b);
    const most = 2 * Math.max(sorted[Math.floor(.99 * sorted.length)], +mark || 0);
    values = values.map(row => ({ ...row, value: Math.min(row.value, most) }));
  }
  if (kind === 'histogram' && values.every(row => row.group === values[0].group)) layer[0].encoding.color.legend = null;
  if (kind === 'losses' && !values.some(row => row.rate > 0)) layer.splice(1, 1);
  const options = { mode: 'vega-lite', renderer: 'svg', ast: true, actions: false, config };
  await vegaEmbed(box, { ...specification, data: { values } }, options);
  box.querySelector('svg').ariaHidden = 'true';
  box.role = 'img';
};

/* Draws the figures one after another. A figure that fails shows the error instead. */
report.start = async () => {
  for (const button of document.querySelectorAll('.save'))
    button.addEventListener('click', async () => report.save(`${button.dataset.id}.csv`, (await report.table(button.dataset.id)).text));
  for (const box of document.querySelectorAll('.chart, .explorer')) {
    const draw = box.matches('.chart') ? report.draw : report.explore;
    await draw(box).catch(error => { box.textContent = `This figure could not be drawn: ${error.message}`; });
  }
};
