// Rows between slots and rings. A ring row is a row's weights, in whole words, followed by STATE floats; slots keep the two apart,
// so that weights stay aligned. Words are copied whatever they hold. Slot numbers are read from pinned host memory, coalesced, a
// block's share at once.

#define ROWS_A_BLOCK 64
#define ROW (WEIGHT_WORDS + STATE)
// Whether all rows, and the state in them, are aligned to 16 bytes.
#define VECTORS (WEIGHT_WORDS % 4 == 0 && STATE % 4 == 0)

// Copies COUNT words by a warp.
template <int COUNT>
__device__ __forceinline__ void copy(float* to, const float* from, int lane) {
#if VECTORS
  for (int d = 4 * lane; d < COUNT; d += 128) {
    store4(to + d, load4(from + d));
  }
#else
  for (int d = lane; d < COUNT; d += 32) {
    to[d] = from[d];
  }
#endif
}

// Weight d of a row that was never written: as InitialRows, in the same steps, each of which is exact but the last.
__device__ __forceinline__ float drawn(unsigned long long key, int d, float scale) {
  if (scale > 0.0f) {
    float u = (float)(randomBits(key, d) >> 8);
    return __fmul_rn(__fadd_rn(__fmul_rn(u, 1.1920928955078125e-7f), -1.0f), scale);
  }
  int sum = 0;
#pragma unroll
  for (int i = 0; i < 6; i++) {
    unsigned int h = randomBits(key, 6 * d + i);
    sum += (h & 0xFFFFu) + (h >> 16);
  }
  return __fmul_rn(__fmul_rn(__int2float_rn(2 * sum - 12 * 0xFFFF), 7.62939453125e-6f), -scale);
}

// Draws a row's weights: uniform in +-scale, or normal with standard deviation -scale.
__device__ __forceinline__ void draw(float* to, unsigned long long key, float scale, int lane) {
#if HALVES
  for (int w = lane; w < WEIGHT_WORDS; w += 32) {
    unsigned int lower = nearest(drawn(key, 2 * w, scale)).bits;
    unsigned int upper = 2 * w + 1 < DIM ? nearest(drawn(key, 2 * w + 1, scale)).bits : 0;
    reinterpret_cast<unsigned int*>(to)[w] = lower | upper << 16;
  }
#elif VECTORS
  for (int d = 4 * lane; d < DIM; d += 128) {
    store4(to + d, make_float4(drawn(key, d, scale), drawn(key, d + 1, scale), drawn(key, d + 2, scale), drawn(key, d + 3, scale)));
  }
#else
  for (int d = lane; d < DIM; d += 32) {
    to[d] = drawn(key, d, scale);
  }
#endif
}

// Slot slots[i] to ring row i.
extern "C" __global__ void evict_rows(
    const int* slots, long count, const float* weights, const float* state, float* ring) {
  __shared__ int own[ROWS_A_BLOCK];
  long first = (long)blockIdx.x * ROWS_A_BLOCK;
  if (threadIdx.x < ROWS_A_BLOCK && first + threadIdx.x < count) {
    own[threadIdx.x] = slots[first + threadIdx.x];
  }
  __syncthreads();
  int lane = threadIdx.x % 32;
  for (int i = threadIdx.x / 32; i < ROWS_A_BLOCK && first + i < count; i += blockDim.x / 32) {
    long slot = own[i];
    float* row = ring + (first + i) * ROW;
    copy<WEIGHT_WORDS>(row, weights + slot * WEIGHT_WORDS, lane);
    copy<STATE>(row + WEIGHT_WORDS, state + slot * STATE, lane);
  }
}

// Ring row rows[i], or i where rows is null, to slot slots[i]. Where scales[i] is not 0, the weights are drawn there from keys[i],
// and the state is that of stateStart. No row has a seed where scales is null.
extern "C" __global__ void insert_rows(
    const int* slots, const int* rows, long count, const float* ring, float* weights, float* state,
    const unsigned long long* keys, const float* scales, const float* stateStart) {
  __shared__ int own[ROWS_A_BLOCK];
  __shared__ int from[ROWS_A_BLOCK];
  long first = (long)blockIdx.x * ROWS_A_BLOCK;
  if (threadIdx.x < ROWS_A_BLOCK && first + threadIdx.x < count) {
    own[threadIdx.x] = slots[first + threadIdx.x];
    from[threadIdx.x] = rows ? rows[first + threadIdx.x] : (int)(first + threadIdx.x);
  }
  __syncthreads();
  int lane = threadIdx.x % 32;
  for (int i = threadIdx.x / 32; i < ROWS_A_BLOCK && first + i < count; i += blockDim.x / 32) {
    long slot = own[i];
    const float* row = ring + (long)from[i] * ROW;
    float scale = scales ? scales[first + i] : 0.0f;
    if (scale != 0.0f) {
      draw(weights + slot * WEIGHT_WORDS, keys[first + i], scale, lane);
    } else {
      copy<WEIGHT_WORDS>(weights + slot * WEIGHT_WORDS, row, lane);
    }
    copy<STATE>(state + slot * STATE, scale != 0.0f ? stateStart : row + WEIGHT_WORDS, lane);
  }
}
