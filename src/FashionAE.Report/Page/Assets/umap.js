/* In a worker, after umap-js: places codes by UMAP; of many only each second, third and so on. */
onmessage = ({ data: { codes, size, stride } }) => {
  let state = 31;
  const random = () => { // mulberry32
    state = state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, 1 | state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
  const rows = [];
  for (let at = 0; at < codes.length; at += size * stride) rows.push(Array.from(codes.subarray(at, at + size)));
  const umap = new UMAP.UMAP({ random, nNeighbors: Math.min(15, rows.length - 1) });
  const epochs = umap.initializeFit(rows);
  for (let epoch = 0; epoch < epochs; epoch++) {
    if (epoch % 5 === 0) postMessage({ share: epoch / epochs });
    umap.step();
  }
  const places = new Float32Array(2 * codes.length / size).fill(NaN);
  umap.getEmbedding().forEach((place, i) => places.set(place, 2 * stride * i));
  postMessage({ places });
};
