// Rows between slots and rings. A ring row is DIM weights followed by STATE floats; slots keep the two apart, so that weights
// stay aligned. Slot numbers are read from pinned host memory, coalesced, a block's share at once.

#define ROWS_A_BLOCK 64
#define ROW (DIM + STATE)
// Whether all rows, and the state in them, are aligned to 16 bytes.
#define VECTORS (DIM % 4 == 0 && STATE % 4 == 0)

// Copies COUNT floats by a warp.
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
__device__ __forceinline__ float drawn(unsigned long long key, int d, float bound) {
  unsigned int h = ((unsigned int)key + (unsigned int)d * 0x9E3779B9u) ^ (unsigned int)(key >> 32);
  h = (h ^ (h >> 16)) * 0x85EBCA6Bu;
  h = (h ^ (h >> 13)) * 0xC2B2AE35u;
  h ^= h >> 16;
  float u = (float)(h >> 8);
  return __fmul_rn(__fadd_rn(__fmul_rn(u, 1.1920928955078125e-7f), -1.0f), bound);
}

__device__ __forceinline__ void draw(float* to, unsigned long long key, float bound, int lane) {
#if VECTORS
  for (int d = 4 * lane; d < DIM; d += 128) {
    store4(to + d, make_float4(drawn(key, d, bound), drawn(key, d + 1, bound), drawn(key, d + 2, bound), drawn(key, d + 3, bound)));
  }
#else
  for (int d = lane; d < DIM; d += 32) {
    to[d] = drawn(key, d, bound);
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
    copy<DIM>(row, weights + slot * DIM, lane);
    copy<STATE>(row + DIM, state + slot * STATE, lane);
  }
}

// Ring row rows[i], or i where rows is null, to slot slots[i]. Where bounds[i] is not 0, the weights are drawn there from keys[i],
// and the state is that of stateStart. No row has a seed where bounds is null.
extern "C" __global__ void insert_rows(
    const int* slots, const int* rows, long count, const float* ring, float* weights, float* state,
    const unsigned long long* keys, const float* bounds, const float* stateStart) {
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
    float bound = bounds ? bounds[first + i] : 0.0f;
    if (bound != 0.0f) {
      draw(weights + slot * DIM, keys[first + i], bound, lane);
    } else {
      copy<DIM>(weights + slot * DIM, row, lane);
    }
    copy<STATE>(state + slot * STATE, bound != 0.0f ? stateStart : row + DIM, lane);
  }
}
