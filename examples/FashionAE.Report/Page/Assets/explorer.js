'use strict';
/* A latent explorer: what is decoded at the cross, interpolated between the four nearest images of the grid. */
report.startExplorer = async box => {
  const id = box.id.slice(0, -'-explorer'.length);
  const grid = report.data(`${id}-data`);
  const [surface, decoded] = box.querySelectorAll('canvas');
  const size = grid.width * grid.height;
  const images = await report.unpack(grid.images);
  for (let i = size; i < images.length; i++) images[i] += images[i - size];
  const floats = async text => new Float32Array((await report.unpack(text)).buffer);
  const cloud = { x: await floats(grid.x), y: await floats(grid.y), labels: await report.unpack(grid.labels) };
  const plane = report.plane(surface, grid, cloud);
  const shown = new Set(cloud.labels);
  const state = { x: (grid.minimumX + grid.maximumX) / 2, y: (grid.minimumY + grid.maximumY) / 2, image: null, shown, ...plane, decodeAt, moveTo };
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

  function decodeAt(x, y) {
    const u = clamp((x - grid.minimumX) / (grid.maximumX - grid.minimumX), 0, 1) * (grid.columns - 1);
    const v = clamp((y - grid.minimumY) / (grid.maximumY - grid.minimumY), 0, 1) * (grid.rows - 1);
    const [column, row] = [Math.min(Math.floor(u), grid.columns - 2), Math.min(Math.floor(v), grid.rows - 2)];
    const [right, up] = [u - column, v - row];
    const first = (row * grid.columns + column) * size;
    const above = first + grid.columns * size;
    return Array.from({ length: size }, (_, i) => Math.round(
      (1 - up) * ((1 - right) * images[first + i] + right * images[first + size + i])
      + up * ((1 - right) * images[above + i] + right * images[above + size + i])));
  }

  function moveTo(x, y) {
    state.x = clamp(x, grid.minimumX, grid.maximumX);
    state.y = clamp(y, grid.minimumY, grid.maximumY);
    state.image = decodeAt(state.x, state.y);
    report.paint(decoded, state.image, grid.width, grid.height);
    plane.drawCross(state.x, state.y);
    box.querySelector('output').textContent = `code (${state.x.toFixed(2)}, ${state.y.toFixed(2)})`;
  }

  function draw() {
    // While a window takes another size, there can be no room at all for a moment.
    if (surface.clientWidth === 0) return;
    for (const [index, button] of legend) button.style.setProperty('--class', report.theme.classes()[index]);
    plane.draw(shown);
    moveTo(state.x, state.y);
  }

  const legend = [...shown].sort((a, b) => a - b).map(index => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = grid.classNames[index];
    button.setAttribute('aria-pressed', 'true');
    button.addEventListener('click', () => {
      if (!shown.delete(index)) shown.add(index);
      button.setAttribute('aria-pressed', shown.has(index));
      draw();
    });
    return [index, button];
  });
  box.querySelector('.legend').append(...legend.map(([, button]) => button));

  const follow = event => {
    const place = surface.getBoundingClientRect();
    moveTo(...plane.toCode(event.clientX - place.left, event.clientY - place.top));
  };
  surface.addEventListener('pointerdown', event => { surface.setPointerCapture(event.pointerId); follow(event); });
  surface.addEventListener('pointermove', follow);
  surface.addEventListener('keydown', event => {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!direction) return;
    event.preventDefault();
    const step = event.shiftKey ? 0.1 : 0.01;
    moveTo(state.x + direction[0] * step * (grid.maximumX - grid.minimumX), state.y + direction[1] * step * (grid.maximumY - grid.minimumY));
  });
  draw();
  report.theme.whenChanged(draw);
  window.addEventListener('resize', draw);
  report.explorers[id] = state;
};
