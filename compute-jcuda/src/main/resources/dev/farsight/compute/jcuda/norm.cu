// Layer normalisation, a warp a sample. What it learns is summed over samples in tiles as in layers.cu. weights and bias are zero
// beyond the width.

// Of each sample.
struct Moments {
  float mean;
  float scale;  // 1 / sqrt(variance + eps)
};

__device__ __forceinline__ float4 normal(float4 x, Moments moments) {
  return (x - allOf(moments.mean)) * allOf(moments.scale);
}

extern "C" __global__ void norm_forward(
    const void* x, long ld, long xWide, long width, double eps, const float* weights, const float* bias,
    Moments* moments, void* y, long yWide) {
  int lane = threadIdx.x % 32;
  for (long s = warpNumber(); s < BATCH; s += warpCount()) {
    float sum = 0.f;
    for (long c = 4 * lane; c < ld; c += 128) {
      sum += total(load4Any(x, s * ld + c, xWide));
    }
    float mean = sumOfLanes(sum) / width;
    float squares = 0.f;
    for (long c = 4 * lane; c < ld; c += 128) {
      float4 deviation = within(load4Any(x, s * ld + c, xWide) - allOf(mean), c, width);
      squares += total(deviation * deviation);
    }
    Moments own = {mean, 1.f / sqrtf(sumOfLanes(squares) / width + (float)eps)};
    for (long c = 4 * lane; c < ld; c += 128) {
      float4 value = normal(load4Any(x, s * ld + c, xWide), own) * load4(weights + c) + load4(bias + c);
      storeAny(y, s * ld + c, within(value, c, width), yWide);
    }
    if (lane == 0) {
      moments[s] = own;
    }
  }
}

// The gradient of x.
extern "C" __global__ void norm_backward(
    const void* x, long ld, long xWide, long width, const float* weights, const Moments* moments,
    const void* g, long gWide, void* dx, long dxWide, long add) {
  int lane = threadIdx.x % 32;
  for (long s = warpNumber(); s < BATCH; s += warpCount()) {
    Moments own = moments[s];
    float sum = 0.f;
    float product = 0.f;
    for (long c = 4 * lane; c < ld; c += 128) {
      float4 scaled = load4Any(g, s * ld + c, gWide) * load4(weights + c);
      sum += total(scaled);
      product += total(scaled * normal(load4Any(x, s * ld + c, xWide), own));
    }
    float4 mean = allOf(sumOfLanes(sum) / width);
    float4 slope = allOf(sumOfLanes(product) / width);
    for (long c = 4 * lane; c < ld; c += 128) {
      float4 scaled = load4Any(g, s * ld + c, gWide) * load4(weights + c);
      float4 gradient = (scaled - mean - normal(load4Any(x, s * ld + c, xWide), own) * slope) * allOf(own.scale);
      deliver(dx, s * ld + c, within(gradient, c, width), dxWide, add);
    }
  }
}

// The tiles' sums for weights and bias.
extern "C" __global__ void norm_sums(
    const void* x, long ld, long xWide, const Moments* moments, const void* g, long gWide,
    float* partialWeights, float* partialBias, long columns) {
  long c = 4 * ((long)blockIdx.x * 32 + threadIdx.x);
  bool real = c < ld;
  float4 ofWeights = allOf(0.f);
  float4 ofBias = allOf(0.f);
  int end = min(BATCH, (int)(blockIdx.y + 1) * TILE_ROWS);
  if (real) {
    for (int s = blockIdx.y * TILE_ROWS + threadIdx.y; s < end; s += TILE_WARPS) {
      float4 gradient = load4Any(g, s * ld + c, gWide);
      ofWeights = ofWeights + gradient * normal(load4Any(x, s * ld + c, xWide), moments[s]);
      ofBias = ofBias + gradient;
    }
  }
  sumWarps(ofWeights, real, partialWeights + blockIdx.y * columns + c);
  // The warps' sums are kept in the same place.
  __syncthreads();
  sumWarps(ofBias, real, partialBias + blockIdx.y * columns + c);
}
