'use strict';
/* Charts: drawn by Vega-Embed when they come into sight, and again when the scheme or the width changes. */
report.drawChart = (() => {
  const queues = new WeakMap();

  async function pictures(id) {
    const found = report.data(`${id}-pictures`);
    return found && { ...found, bytes: await report.unpack(found.pixels) };
  }

  async function embed(box) {
    const id = box.id.slice(0, -'-chart'.length);
    try {
      report.charts[id]?.finalize();
      const width = box.clientWidth;
      const specification = report.theme.recolour(report.data(`${id}-specification`));
      const pointed = await pictures(id);
      const { view } = await vegaEmbed(box, specification, {
        mode: 'vega-lite', renderer: 'canvas', config: report.theme.config(width), tooltip: pointed ? false : undefined, downloadFileName: id,
        actions: { export: true, source: false, compiled: false, editor: false },
      });
      report.charts[id] = view;
      if (pointed) report.card.watch(view, pointed);
      box.classList.add('drawn');
      box.drawnWidth = width;
    } catch (error) {
      report.fail(box, error);
    }
  }

  /* One drawing of a box at a time. */
  return box => {
    const next = (queues.get(box) ?? Promise.resolve()).then(() => embed(box));
    queues.set(box, next);
    return next;
  };
})();
