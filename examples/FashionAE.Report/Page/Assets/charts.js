'use strict';
/* Charts: drawn by Vega-Embed when they come into sight, and again when the scheme or the width changes. */
report.drawChart = (() => {
  const queues = new WeakMap();

  /* Views beside each other cannot fit themselves: they get shares of the width, or stand below each other where that is too little. */
  function fit(specification, width) {
    const { hconcat, ...rest } = specification;
    if (!hconcat) return specification;
    const [beside, axis] = [width >= 340 * hconcat.length, 75];
    const each = Math.floor((beside ? (width - 120) / hconcat.length : width) - axis);
    const views = hconcat.map(view => view.width === 'container' ? { ...view, width: each } : view);
    return { ...rest, [beside ? 'hconcat' : 'vconcat']: views };
  }

  async function pictures(id) {
    const found = report.data(`${id}-pictures`);
    return found && { ...found, bytes: await report.unpack(found.pixels) };
  }

  async function embed(box) {
    const id = box.id.slice(0, -'-chart'.length);
    try {
      report.charts[id]?.finalize();
      const width = box.clientWidth;
      const specification = report.theme.recolour(fit(report.data(`${id}-specification`), width));
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
