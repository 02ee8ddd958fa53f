// Rows between slots and rings. A ring row is DIM weights followed by STATE floats; slots keep the two apart.
// Slot numbers are read from pinned host memory, coalesced, a block's share at once.

#define ROWS_A_BLOCK 64
#define VECTORS (DIM % 4 == 0 && STATE == 0)

__device__ __forceinline__ void copyRow(float* to, const float* from, int lane) {
#if VECTORS
  for (int d = 4 * lane; d < DIM; d += 128) {
    store4(to + d, load4(from + d));
  }
#else
  for (int d = lane; d < DIM; d += 32) {
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

__device__ __forceinline__ void drawRow(float* to, unsigned long long key, float bound, int lane) {
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
    float* row = ring + (first + i) * (DIM + STATE);
    copyRow(row, weights + slot * DIM, lane);
    if (lane < STATE) {
      row[DIM + lane] = state[slot * STATE + lane];
    }
  }
}

// Ring row rows[i], or i where rows is null, to slot slots[i]; drawn there from keys[i] where bounds[i] is not 0. No row has a
// seed where bounds is null.
extern "C" __global__ void insert_rows(
    const int* slots, const int* rows, long count, const float* ring, float* weights, float* state,
    const unsigned long long* keys, const float* bounds) {
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
    const float* row = ring + (long)from[i] * (DIM + STATE);
    float bound = bounds ? bounds[first + i] : 0.0f;
    if (bound != 0.0f) {
      drawRow(weights + slot * DIM, keys[first + i], bound, lane);
    } else {
      copyRow(weights + slot * DIM, row, lane);
    }
    if (lane < STATE) {
      state[slot * STATE + lane] = bound != 0.0f ? 0.0f : row[DIM + lane];
    }
  }
}
