// What of linear layers is no matrix product. Sums over samples are cut into TILES tiles, whose sums go to
// partial[tile][column]; the update adds them in order.

#define TILE_ROWS ((BATCH + TILES - 1) / TILES)
#define TILE_WARPS 8

// The functions that follow a layer, as in Layers. That there is none is 0.
#define RELU 1
#define SIGMOID 2
#define TANH 3

// No number stays none.
__device__ __forceinline__ float activated(float v, long activation) {
  if (activation == RELU) {
    return v < 0.f ? 0.f : v;
  }
  if (activation == SIGMOID) {
    return 1.f / (1.f + expf(-v));
  }
  return activation == TANH ? tanhf(v) : v;
}

// What a gradient is multiplied with on its way back through an activation whose value is y, but ReLU's.
__device__ __forceinline__ float slope(float y, long activation) {
  if (activation == SIGMOID) {
    return y * (1.f - y);
  }
  return activation == TANH ? 1.f - y * y : 1.f;
}

// Applies a function to a layer's output, in place; columns beyond the width stay zero.
extern "C" __global__ void activate(element* y, long ld, long width, long activation) {
  int lane = threadIdx.x % 32;
  for (long s = warpNumber(); s < BATCH; s += warpCount()) {
    for (long c = 4 * lane; c < ld; c += 128) {
      float4 v = load4(y + s * ld + c);
      v = make_float4(activated(v.x, activation), activated(v.y, activation), activated(v.z, activation), activated(v.w, activation));
      store4(y + s * ld + c, within(v, c, width));
    }
  }
}

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

// Takes the gradient g of a layer's output y back through the activation, in place, and sums its columns: the gradient of the bias.
// ReLU masks it by y > 0.
extern "C" __global__ void mask_and_sum(
    const element* y, element* g, long ld, long activation, float* partial, long columns) {
  long c = 4 * ((long)blockIdx.x * 32 + threadIdx.x);
  bool real = c < ld;
  float4 sum = make_float4(0.f, 0.f, 0.f, 0.f);
  int end = min(BATCH, (int)(blockIdx.y + 1) * TILE_ROWS);
  if (real) {
#pragma unroll 4
    for (int s = blockIdx.y * TILE_ROWS + threadIdx.y; s < end; s += TILE_WARPS) {
      float4 gradient = load4(g + s * ld + c);
      if (activation == RELU) {
        float4 out = load4(y + s * ld + c);
        gradient.x = out.x > 0.f ? gradient.x : 0.f;
        gradient.y = out.y > 0.f ? gradient.y : 0.f;
        gradient.z = out.z > 0.f ? gradient.z : 0.f;
        gradient.w = out.w > 0.f ? gradient.w : 0.f;
        store4(g + s * ld + c, gradient);
      } else if (activation) {
        float4 out = load4(y + s * ld + c);
        gradient.x *= slope(out.x, activation);
        gradient.y *= slope(out.y, activation);
        gradient.z *= slope(out.z, activation);
        gradient.w *= slope(out.w, activation);
        store4(g + s * ld + c, gradient);
      }
      sum = sum + gradient;
    }
  }
  sumWarps(sum, real, partial + blockIdx.y * columns + c);
}

// A layer of one output, a warp a sample.
extern "C" __global__ void single_forward(
    const element* x, long ldx, const float* weights, const float* bias, void* y, long ldy, long wide, long activation) {
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
      storeAny(y, s * ldy, activated(sum + *bias, activation), wide);
    }
  }
}

// Its gradients: of x, where dx is not null, and the tiles' sums for weights and bias.
extern "C" __global__ void single_backward(
    const element* x, long ldx, const float* weights, const void* y, const void* dy, long ldy, long wide, long activation,
    void* dx, long dxWide, long addDx, float* partialWeights, float* partialBias, long columns) {
  long c = 4 * ((long)blockIdx.x * 32 + threadIdx.x);
  bool real = c < ldx;
  float4 sum = make_float4(0.f, 0.f, 0.f, 0.f);
  float biasSum = 0.f;
  int end = min(BATCH, (int)(blockIdx.y + 1) * TILE_ROWS);
  float4 w = real ? load4(weights + c) : sum;
  for (int s = blockIdx.y * TILE_ROWS + threadIdx.y; s < end; s += TILE_WARPS) {
    float p = loadAny(dy, s * ldy, wide);
    if (activation) {
      float out = loadAny(y, s * ldy, wide);
      p = activation != RELU ? p * slope(out, activation) : out > 0.f ? p : 0.f;
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
