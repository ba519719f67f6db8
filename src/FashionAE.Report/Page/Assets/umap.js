/* In a worker, after umap-js: places codes by UMAP; of many some, drawn at random. */
onmessage = ({ data: { codes, size, most } }) => {
  let state = 31;
  const random = () => { // mulberry32
    state = state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, 1 | state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
  const draws = Array.from({ length: codes.length / size }, (_, i) => [i, random()]).sort((a, b) => a[1] - b[1]);
  const drawn = draws.slice(0, most).map(([i]) => i);
  const rows = drawn.map(i => Array.from(codes.subarray(size * i, size * (i + 1))));
  const umap = new UMAP.UMAP({ random, nNeighbors: Math.min(15, rows.length - 1) });
  const epochs = umap.initializeFit(rows);
  for (let epoch = 0; epoch < epochs; epoch++) {
    if (epoch % 5 === 0) postMessage({ share: epoch / epochs });
    umap.step();
  }
  const places = new Float32Array(2 * codes.length / size).fill(NaN);
  umap.getEmbedding().forEach((place, i) => places.set(place, 2 * drawn[i]));
  postMessage({ places });
};
