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

// Ring row rows[i], or i where rows is null, to slot slots[i].
extern "C" __global__ void insert_rows(
    const int* slots, const int* rows, long count, const float* ring, float* weights, float* state) {
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
    copyRow(weights + slot * DIM, row, lane);
    if (lane < STATE) {
      state[slot * STATE + lane] = row[DIM + lane];
    }
  }
}
