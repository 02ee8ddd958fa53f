// What of cross layers is no matrix product: y = x0 * c + x, where c is what the products make of x, with the bias. Each value is
// read and written once. Sums over samples are cut into tiles as in layers.cu. x0 and x may be one value.
//
// Products go from the first sample to the last, so that of what one wrote the last samples are still in the L2 cache. These
// kernels begin with them, and end with the samples that the next product reads first.

extern "C" __global__ void cross_forward(
    const element* x0, const element* c, const element* x, element* __restrict__ y, long fours) {
  for (long i = fours - 1 - (blockIdx.x * (long)blockDim.x + threadIdx.x); i >= 0; i -= (long)gridDim.x * blockDim.x) {
    store4(y + 4 * i, load4(x0 + 4 * i) * load4(c + 4 * i) + load4(x + 4 * i));
  }
}

// From the gradient g of y: the gradient of c, in place of c, and its columns' sums, which is that of the bias; that of x0, where
// dx0 is not null. g itself belongs to the gradient of x: it is added to dx0 where x is x0, and to dx where that is not null.
extern "C" __global__ void cross_backward(
    const element* __restrict__ g, const element* __restrict__ x0, element* __restrict__ c, long ld,
    element* __restrict__ dx0, long addDx0, long xIsX0, element* __restrict__ dx, float* partial, long columns) {
  long column = 4 * ((long)blockIdx.x * 32 + threadIdx.x);
  bool real = column < ld;
  float4 sum = allOf(0.f);
  int tile = TILES - 1 - blockIdx.y;
  int end = min(BATCH, (tile + 1) * TILE_ROWS);
  if (real) {
    for (int s = tile * TILE_ROWS + threadIdx.y; s < end; s += TILE_WARPS) {
      long at = s * ld + column;
      float4 gradient = load4(g + at);
      float4 crossed = load4(c + at);
      float4 ofC = gradient * load4(x0 + at);
      if (dx0) {
        float4 before = addDx0 ? load4(dx0 + at) : allOf(0.f);
        float4 passed = xIsX0 ? before + gradient : before;
        store4(dx0 + at, passed + gradient * crossed);
      }
      if (dx) {
        store4(dx + at, load4(dx + at) + gradient);
      }
      store4(c + at, ofC);
      sum = sum + ofC;
    }
  }
  sumWarps(sum, real, partial + tile * columns + column);
}
