'use strict';
/* Starts what comes into sight. */
(() => {
  const started = new Map();
  const starters = [['.chart', report.drawChart], ['.explorer', box => report.startExplorer(box).catch(error => report.fail(box, error))]];
  const boxes = new Map(starters.flatMap(([selector, start]) => [...document.querySelectorAll(selector)].map(box => [box, start])));
  const start = box => {
    if (!started.has(box)) started.set(box, boxes.get(box)(box));
    return started.get(box);
  };

  const observer = new IntersectionObserver(entries => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) start(target);
  }, { rootMargin: '400px' });
  for (const box of boxes.keys()) observer.observe(box);

  const redraw = filter => {
    for (const box of started.keys()) if (box.matches('.chart') && filter(box)) report.drawChart(box);
  };
  report.theme.whenChanged(() => { report.card.hide(); redraw(() => true); });
  let waiting;
  window.addEventListener('resize', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => redraw(box => box.clientWidth !== box.drawnWidth), 200);
  });

  /* Draws what is out of sight, too. */
  report.drawAll = () => Promise.all([...boxes.keys()].map(start));
  window.addEventListener('beforeprint', report.drawAll);
})();
