/* In a worker, after umap-js: places codes by UMAP; of many only each second, third and so on. */
onmessage = ({ data: { codes, size, most } }) => {
  let state = 31;
  const random = () => { // mulberry32
    state = state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, 1 | state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
  const [count, stride] = [codes.length / size, Math.ceil(codes.length / size / most)];
  const rows = Array.from({ length: Math.ceil(count / stride) }, (_, i) => Array.from(codes.subarray(size * stride * i, size * (stride * i + 1))));
  const umap = new UMAP.UMAP({ random, nNeighbors: Math.min(15, rows.length - 1) });
  const epochs = umap.initializeFit(rows);
  for (let epoch = 0; epoch < epochs; epoch++) {
    if (epoch % 5 === 0) postMessage({ share: epoch / epochs });
    umap.step();
  }
  const places = new Float32Array(2 * count).fill(NaN);
  umap.getEmbedding().forEach((place, i) => places.set(place, 2 * stride * i));
  postMessage({ places });
};
