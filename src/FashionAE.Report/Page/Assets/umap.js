/* A worker, loaded after umap-js: projects latent vectors with UMAP. Projects a random selection if there are too many. */
onmessage = ({ data: { codes, size, most } }) => {
  let state = 31;
  const random = () => (state = 48271 * state % 0x7fffffff) / 0x7fffffff; // MINSTD (Park, Miller, 1988) with its multiplier of 1993
  const draws = Array.from({ length: codes.length / size }, (_, i) => [i, random()]).sort((a, b) => a[1] - b[1]);
  const drawn = draws.slice(0, most).map(([i]) => i);
  const rows = drawn.map(i => Array.from(codes.subarray(size * i, size * (i + 1))));
  postMessage({ share: 0 }); // reports progress before the neighbor search, which is slow
  const umap = new UMAP.UMAP({ random, nNeighbors: Math.min(15, rows.length - 1) });
  const epochs = umap.initializeFit(rows);
  for (let epoch = 0; epoch < epochs; epoch++) {
    if (epoch % 5 === 0) postMessage({ share: epoch / epochs });
    umap.step();
  }
  const places = new Float32Array(2 * codes.length / size).fill(NaN);
  umap.getEmbedding().forEach((place, i) => places.set(place, 2 * drawn[i]));
  postMessage({ places });
  close();
};
