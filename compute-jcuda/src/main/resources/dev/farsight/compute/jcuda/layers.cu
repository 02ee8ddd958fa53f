// What of linear layers is no matrix product. Sums over samples are cut into TILES tiles, whose sums go to
// partial[tile][column]; the update adds them in order.

#define TILE_ROWS ((BATCH + TILES - 1) / TILES)
#define TILE_WARPS 8

// Adds the four sums of each column group over the block's warps, in order; warp 0 writes them.
__device__ __forceinline__ void sumWarps(float4 sum, bool real, float* to) {
  __shared__ float4 sums[TILE_WARPS][32];
  sums[threadIdx.y][threadIdx.x] = sum;
  __syncthreads();
  if (threadIdx.y == 0 && real) {
    float4 total = sums[0][threadIdx.x];
    for (int w = 1; w < TILE_WARPS; w++) {
      total = total + sums[w][threadIdx.x];
    }
    to[0] = total.x;
    to[1] = total.y;
    to[2] = total.z;
    to[3] = total.w;
  }
}

// Masks the gradient g of a layer's output y by y > 0, in place, and sums its columns: the gradient of the bias.
extern "C" __global__ void mask_and_sum(
    const element* y, element* g, long ld, long relu, float* partial, long columns) {
  long c = 4 * ((long)blockIdx.x * 32 + threadIdx.x);
  bool real = c < ld;
  float4 sum = make_float4(0.f, 0.f, 0.f, 0.f);
  int end = min(BATCH, (int)(blockIdx.y + 1) * TILE_ROWS);
  if (real) {
#pragma unroll 4
    for (int s = blockIdx.y * TILE_ROWS + threadIdx.y; s < end; s += TILE_WARPS) {
      float4 gradient = load4(g + s * ld + c);
      if (relu) {
        float4 out = load4(y + s * ld + c);
        gradient.x = out.x > 0.f ? gradient.x : 0.f;
        gradient.y = out.y > 0.f ? gradient.y : 0.f;
        gradient.z = out.z > 0.f ? gradient.z : 0.f;
        gradient.w = out.w > 0.f ? gradient.w : 0.f;
        store4(g + s * ld + c, gradient);
      }
      sum = sum + gradient;
    }
  }
  sumWarps(sum, real, partial + blockIdx.y * columns + c);
}

// A layer of one output, a warp a sample.
extern "C" __global__ void single_forward(
    const element* x, long ldx, const float* weights, const float* bias, void* y, long ldy, long wide, long relu) {
  int lane = threadIdx.x % 32;
  int warps = gridDim.x * (blockDim.x / 32);
  for (long s = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32; s < BATCH; s += warps) {
    float sum = 0.f;
    for (long c = 4 * lane; c < ldx; c += 128) {
      float4 v = load4(x + s * ldx + c);
      float4 w = load4(weights + c);
      sum += v.x * w.x + v.y * w.y + v.z * w.z + v.w * w.w;
    }
    for (int other = 16; other > 0; other /= 2) {
      sum += __shfl_xor_sync(0xffffffffu, sum, other);
    }
    if (lane == 0) {
      float value = sum + *bias;
      storeAny(y, s * ldy, relu && value < 0.f ? 0.f : value, wide);
    }
  }
}

// Its gradients: of x, where dx is not null, and the tiles' sums for weights and bias.
extern "C" __global__ void single_backward(
    const element* x, long ldx, const float* weights, const void* y, const void* dy, long ldy, long wide, long relu,
    void* dx, long dxWide, long addDx, float* partialWeights, float* partialBias, long columns) {
  long c = 4 * ((long)blockIdx.x * 32 + threadIdx.x);
  bool real = c < ldx;
  float4 sum = make_float4(0.f, 0.f, 0.f, 0.f);
  float biasSum = 0.f;
  int end = min(BATCH, (int)(blockIdx.y + 1) * TILE_ROWS);
  float4 w = real ? load4(weights + c) : sum;
  for (int s = blockIdx.y * TILE_ROWS + threadIdx.y; s < end; s += TILE_WARPS) {
    float p = loadAny(dy, s * ldy, wide);
    if (relu && !(loadAny(y, s * ldy, wide) > 0.f)) {
      p = 0.f;
    }
    biasSum += p;
    if (real) {
      float4 v = load4(x + s * ldx + c);
      sum = sum + make_float4(p * v.x, p * v.y, p * v.z, p * v.w);
      if (dx) {
        float4 d = make_float4(p * w.x, p * w.y, p * w.z, p * w.w);
        if (dxWide) {
          float* to = static_cast<float*>(dx) + s * ldx + c;
          store4(to, addDx ? load4(to) + d : d);
        } else {
          element* to = static_cast<element*>(dx) + s * ldx + c;
          store4(to, addDx ? load4(to) + d : d);
        }
      }
    }
  }
  sumWarps(sum, real, partialWeights + blockIdx.y * columns + c);
  __shared__ float biasSums[TILE_WARPS];
  if (threadIdx.x == 0) {
    biasSums[threadIdx.y] = biasSum;
  }
  __syncthreads();
  if (blockIdx.x == 0 && threadIdx.x == 0 && threadIdx.y == 0) {
    float total = biasSums[0];
    for (int k = 1; k < TILE_WARPS; k++) {
      total += biasSums[k];
    }
    partialBias[blockIdx.y * columns] = total;
  }
}
