'use strict';
/* What the scripts of the page share, and what is there for looking at it from outside. */
const report = window.report = { charts: {}, explorers: {}, errors: [] };

report.data = id => {
  const element = document.getElementById(id);
  return element && JSON.parse(element.textContent);
};

/* zlib in base64 -> bytes. */
report.unpack = async text => {
  const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
};

/* Draws gray (1 byte a pixel) or colored (3) pixels on a canvas of their size. */
report.paint = (canvas, pixels, width, height, channels = 1) => {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  const image = context.createImageData(width, height);
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 4; c++) image.data[4 * i + c] = c === 3 ? 255 : pixels[channels * i + (channels === 3 ? c : 0)];
  context.putImageData(image, 0, 0);
};

/* Says in place of a figure why it is not there. */
report.fail = (element, error) => {
  report.errors.push(error);
  console.error(error);
  const notice = document.createElement('p');
  notice.className = 'notice error';
  notice.textContent = `This figure could not be drawn: ${error.message}`;
  element.replaceChildren(notice);
};
