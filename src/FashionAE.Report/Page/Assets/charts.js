'use strict';
/* The data of figures, which a button saves, and the charts that Vega-Lite draws of them. */
const report = { views: {}, planes: {} };
report.text = id => document.getElementById(id).textContent;
report.bytes = async id => {
  const packed = Uint8Array.from(atob(report.text(id)), letter => letter.charCodeAt(0));
  return packed.length === 0 ? new ArrayBuffer(0) : new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
};

/* Reads CSV (RFC 4180): the columns, the cells of each row without the apostrophe before a formula, and each row as it is written. */
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
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(new Blob([text], { type: 'text/csv' })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
};

/* Vega draws SVG in the page's own colors, so that the scheme and printing need no other drawing. */
report.config = (() => {
  const [text, muted, line] = ['var(--text)', 'var(--muted)', 'var(--line)'];
  const titles = { labelColor: text, titleColor: text, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 600 };
  return {
    background: 'transparent', font: 'system-ui, sans-serif', view: { stroke: null }, range: { category: Array.from({ length: 10 }, (_, i) => `var(--c${i})`) },
    axis: { ...titles, gridColor: line, domainColor: muted, tickColor: muted }, legend: { ...titles, orient: 'top', columns: 3 },
    text: { color: text, fontSize: 12 }, rule: { color: text }, bar: { color: 'var(--c1)' }, line: { color: muted },
  };
})();
report.draw = async box => {
  const { id, kind, axis, mark, markTitle, description } = box.dataset;
  const { columns, rows } = await report.table(id);
  const value = (cell, column) => ['name', 'images', 'group'].includes(column) ? cell : cell !== '' && Number.isFinite(+cell) ? +cell : null;
  const values = rows.map(row => Object.fromEntries(row.map((cell, i) => [columns[i], value(cell, columns[i])])));
  const specification = JSON.parse(report.text(`kind-${kind}`), (_, part) => part === '$axis' ? axis : part);
  Object.assign(specification, { data: { values } });
  const views = specification.vconcat ?? [specification];
  if (Number.isFinite(parseFloat(mark))) {
    const [data, x, side] = [{ values: [{}] }, { datum: +mark }, `${+mark} > (domain('x')[0] + domain('x')[1]) / 2 ? `];
    const label = { type: 'text', align: { expr: `${side}'right' : 'left'` }, dx: { expr: `${side}3 : -3` }, dy: -9, text: markTitle };
    views[0].layer.push({ data, mark: { type: 'rule', strokeDash: [6, 4] }, encoding: { x, y: null } }, { data, mark: label, encoding: { x, y: { value: 0 } } });
  }
  if (kind === 'losses' && !values.some(row => row.rate > 0)) views.pop();
  for (const view of specification.vconcat ?? []) view.width = box.clientWidth - 90;
  report.views[id]?.finalize();
  report.views[id] = (await vegaEmbed(box, specification, { mode: 'vega-lite', renderer: 'svg', ast: true, actions: false, config: report.config })).view;
  const drawing = Object.assign(box.querySelector('svg'), { role: 'img', ariaLabel: description });
  for (const part of drawing.children) part.ariaHidden = 'true';
};

/* One figure after another. One that fails says so in its place. */
report.start = async () => {
  for (const button of document.querySelectorAll('.save'))
    button.addEventListener('click', async () => report.save(`${button.dataset.id}.csv`, (await report.table(button.dataset.id)).text));
  for (const box of document.querySelectorAll('.chart, .explorer')) {
    const draw = () => (box.matches('.chart') ? report.draw : report.explore)(box).catch(error => { box.textContent = `This figure could not be drawn: ${error.message}`; });
    await draw();
    let width = box.clientWidth;
    if (box.matches('.chart')) new ResizeObserver(() => { if (box.clientWidth !== width) { width = box.clientWidth; draw(); } }).observe(box);
  }
};
