'use strict';
/* The card with the two pictures of the mark that is pointed at, and a ring around that mark. */
report.card = (() => {
  const card = document.getElementById('card');
  const ring = document.getElementById('ring');

  function picture(pictures, place) {
    const size = pictures.width * pictures.height * pictures.channels;
    const box = document.createElement('div');
    const canvas = document.createElement('canvas');
    report.paint(canvas, pictures.bytes.subarray(place * size, (place + 1) * size), pictures.width, pictures.height, pictures.channels);
    box.append(canvas, pictures.labels[place]);
    return box;
  }

  function show(pictures, index, x, y) {
    const pair = document.createElement('div');
    pair.className = 'pair';
    pair.append(picture(pictures, 2 * index), picture(pictures, 2 * index + 1));
    const text = document.createElement('p');
    text.textContent = pictures.texts[index];
    card.replaceChildren(pair, text);
    card.hidden = false;
    const { width, height } = card.getBoundingClientRect();
    const [right, bottom] = [document.documentElement.clientWidth - width - 4, window.innerHeight - height - 4];
    card.style.left = `${Math.max(4, x + 16 <= right ? x + 16 : Math.min(x - width - 16, right))}px`;
    card.style.top = `${Math.max(4, y + 16 <= bottom ? y + 16 : Math.min(y - height - 16, bottom))}px`;
  }

  const hide = () => { card.hidden = ring.hidden = true; };
  document.addEventListener('keydown', event => { if (event.key === 'Escape') hide(); });
  document.addEventListener('scroll', hide, { passive: true });
  document.addEventListener('pointerdown', event => { if (!event.target.closest('.chart')) hide(); });

  /* The marks that have pictures, with their places in the view. */
  function marks(view) {
    const found = [];
    const visit = (mark, x, y) => {
      for (const item of mark.items) {
        if (mark.marktype === 'group') for (const child of item.items) visit(child, x + (item.x || 0), y + (item.y || 0));
        else if (Number.isInteger(item.datum?.picture) && item.opacity !== 0) found.push({ index: item.datum.picture, x: x + item.x, y: y + item.y });
      }
    };
    const [origin, padding] = [view.origin(), view.padding()];
    visit(view.scenegraph().root, origin[0] + padding.left, origin[1] + padding.top);
    return found;
  }

  /* Shows the card of the nearest mark within reach, which is farther for a finger than for a mouse. */
  function watch(view, pictures) {
    const canvas = view.container().querySelector('canvas');
    const point = event => {
      const box = canvas.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      let nearest = null;
      let reach = event.pointerType === 'touch' ? 24 : 8;
      for (const mark of marks(view)) {
        const distance = Math.hypot(mark.x - x, mark.y - y);
        if (distance < reach) [nearest, reach] = [mark, distance];
      }
      if (!nearest) return hide();
      show(pictures, nearest.index, event.clientX, event.clientY);
      ring.style.left = `${box.left + nearest.x}px`;
      ring.style.top = `${box.top + nearest.y}px`;
      ring.hidden = false;
    };
    canvas.addEventListener('pointerdown', point);
    canvas.addEventListener('pointermove', event => { if (event.pointerType !== 'touch') point(event); });
    canvas.addEventListener('pointerleave', event => { if (event.pointerType !== 'touch') hide(); });
  }

  return { watch, hide, marks };
})();
