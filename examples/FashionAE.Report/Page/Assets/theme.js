'use strict';
/* The colors of charts: the page's own, and those of classes in the present scheme. */
report.theme = (() => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const palette = report.data('colors');
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const classes = () => dark.matches ? palette.dark : palette.light;

  const legendColumns = width => Math.max(1, Math.floor(width / 120));
  const isNarrow = width => width < 520;

  /* Specifications name the colors of classes in the light scheme, and lay legends out for a wide page. */
  function adapt(node, width) {
    if (typeof node === 'string') {
      const index = palette.light.indexOf(node);
      return index < 0 ? node : classes()[index];
    }
    if (Array.isArray(node)) return node.map(part => adapt(part, width));
    if (node === null || typeof node !== 'object') return node;
    return Object.fromEntries(Object.entries(node).map(([key, value]) => {
      if (key === 'data' || key === 'datasets') return [key, value];
      if (key === 'legend' && value && isNarrow(width)) return [key, { ...adapt(value, width), columns: legendColumns(width), titleOrient: 'top' }];
      return [key, adapt(value, width)];
    }));
  }

  function config(width) {
    const [text, muted, line, accent] = ['text', 'muted', 'line', 'accent'].map(css);
    const titles = { labelColor: text, titleColor: text, labelFontSize: 12, titleFontSize: 13, titleFontWeight: 600 };
    return {
      background: css('background'),
      font: 'system-ui, sans-serif',
      view: { stroke: line },
      axis: { ...titles, gridColor: line, gridOpacity: 0.6, domainColor: muted, tickColor: muted },
      header: titles,
      legend: { ...titles, ...(isNarrow(width) ? { orient: 'bottom', columns: legendColumns(width), titleOrient: 'top' } : {}) },
      title: { color: text, subtitleColor: muted, anchor: 'start', fontSize: 14 },
      text: { color: text },
      rule: { color: muted },
      mark: { color: accent },
    };
  }

  return { css, classes, adapt, config, whenChanged: action => dark.addEventListener('change', action) };
})();
