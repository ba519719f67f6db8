'use strict';
/* Charts: drawn by Vega-Embed when they come into sight, and again when the scheme or the width changes. */
report.drawChart = (() => {
  const queues = new WeakMap();

  async function pictures(id) {
    const found = report.data(`${id}-pictures`);
    return found && { ...found, bytes: await report.unpack(found.pixels) };
  }

  /* The drawing takes over the role of the box, which has a menu in it, too. */
  function describe(box, drawing) {
    box.dataset.description ??= box.getAttribute('aria-label');
    box.removeAttribute('role');
    box.removeAttribute('aria-label');
    drawing.setAttribute('role', 'img');
    drawing.setAttribute('aria-label', box.dataset.description);
    drawing.removeAttribute('aria-roledescription');
    // The menu's button is a picture.
    box.querySelector('summary').setAttribute('aria-label', 'Save this chart');
  }

  async function embed(box) {
    const id = box.id.slice(0, -'-chart'.length);
    try {
      report.charts[id]?.finalize();
      const width = box.clientWidth;
      const specification = report.theme.adapt(report.data(`${id}-specification`), width);
      const pointed = await pictures(id);
      const { view } = await vegaEmbed(box, specification, {
        mode: 'vega-lite', renderer: 'canvas', config: report.theme.config(width), tooltip: pointed ? false : undefined, downloadFileName: id,
        actions: { export: true, source: false, compiled: false, editor: false },
      });
      report.charts[id] = view;
      describe(box, view.container());
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
