'use strict';
/* The plane of an explorer: the cloud of codes, axes and a cross. */
report.plane = (canvas, grid, cloud) => {
  const margin = { left: 46, right: 12, top: 10, bottom: 40 };
  const backdrop = document.createElement('canvas');
  const size = () => ({ width: canvas.width / ratio(), height: canvas.height / ratio() });
  const ratio = () => window.devicePixelRatio || 1;
  const scale = (value, from, to, low, high) => low + (value - from) / (to - from) * (high - low);

  const toCanvas = (x, y) => {
    const { width, height } = size();
    return [scale(x, grid.minimumX, grid.maximumX, margin.left, width - margin.right), scale(y, grid.minimumY, grid.maximumY, height - margin.bottom, margin.top)];
  };
  const toCode = (left, top) => {
    const { width, height } = size();
    return [scale(left, margin.left, width - margin.right, grid.minimumX, grid.maximumX), scale(top, height - margin.bottom, margin.top, grid.minimumY, grid.maximumY)];
  };

  /* About five round values in a range. */
  function ticks(from, to) {
    const raw = (to - from) / 5;
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = power * [1, 2, 5, 10].find(s => s * power >= raw);
    const values = [];
    for (let i = Math.ceil(from / step); i * step <= to; i++) values.push(+(i * step).toPrecision(10));
    return values;
  }

  function drawAxes(context) {
    const { width, height } = size();
    context.font = '12px system-ui, sans-serif';
    context.fillStyle = report.theme.css('text');
    context.strokeStyle = report.theme.css('line');
    const line = (x1, y1, x2, y2) => { context.beginPath(); context.moveTo(x1, y1); context.lineTo(x2, y2); context.stroke(); };
    context.textAlign = 'center';
    for (const value of ticks(grid.minimumX, grid.maximumX)) {
      const [x] = toCanvas(value, grid.minimumY);
      line(x, margin.top, x, height - margin.bottom);
      context.fillText(value, x, height - margin.bottom + 16);
    }
    context.fillText('first value of the code', (margin.left + width - margin.right) / 2, height - 6);
    context.textAlign = 'right';
    for (const value of ticks(grid.minimumY, grid.maximumY)) {
      const [, y] = toCanvas(grid.minimumX, value);
      line(margin.left, y, width - margin.right, y);
      context.fillText(value, margin.left - 6, y + 4);
    }
    context.save();
    context.translate(12, (margin.top + height - margin.bottom) / 2);
    context.rotate(-Math.PI / 2);
    context.textAlign = 'center';
    context.fillText('second value of the code', 0, 0);
    context.restore();
  }

  /* Draws all but the cross, which moves. */
  function draw(shown) {
    const width = canvas.clientWidth;
    const height = Math.round(Math.min(width * 0.85, 520));
    canvas.style.height = `${height}px`;
    for (const surface of [canvas, backdrop]) [surface.width, surface.height] = [Math.round(width * ratio()), Math.round(height * ratio())];
    const context = backdrop.getContext('2d');
    context.setTransform(ratio(), 0, 0, ratio(), 0, 0);
    context.fillStyle = report.theme.css('surface');
    context.fillRect(0, 0, width, height);
    drawAxes(context);
    context.beginPath();
    context.rect(margin.left, margin.top, width - margin.left - margin.right, height - margin.top - margin.bottom);
    context.clip();
    const colors = report.theme.classes();
    const side = cloud.labels.length > 5000 ? 2 : 4;
    context.globalAlpha = 0.7;
    for (let i = 0; i < cloud.labels.length; i++) {
      if (!shown.has(cloud.labels[i])) continue;
      const [x, y] = toCanvas(cloud.x[i], cloud.y[i]);
      context.fillStyle = colors[cloud.labels[i]];
      context.fillRect(x - side / 2, y - side / 2, side, side);
    }
    context.globalAlpha = 1;
  }

  function drawCross(x, y) {
    const context = canvas.getContext('2d');
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(backdrop, 0, 0);
    context.setTransform(ratio(), 0, 0, ratio(), 0, 0);
    const [left, top] = toCanvas(x, y);
    for (const [color, width] of [[report.theme.css('background'), 5], [report.theme.css('text'), 2]]) {
      context.strokeStyle = color;
      context.lineWidth = width;
      context.beginPath();
      context.arc(left, top, 7, 0, 2 * Math.PI);
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        context.moveTo(left + 7 * dx, top + 7 * dy);
        context.lineTo(left + 16 * dx, top + 16 * dy);
      }
      context.stroke();
    }
  }

  return { draw, drawCross, toCanvas, toCode };
};
