// What kernels over integers share: sums and counts by warp.

#define ALL 0xffffffffu

// Sum of the values of all threads before this one, in a block of BLOCK_WARPS warps, 32 at most; the sum of all in `total`. Scratch: an
// int a warp.
template <int BLOCK_WARPS>
__device__ __forceinline__ int sumBefore(int value, int* scratch, int* total) {
  int lane = threadIdx.x & 31;
  int warp = threadIdx.x >> 5;
  int sum = value;
#pragma unroll
  for (int d = 1; d < 32; d <<= 1) {
    int other = __shfl_up_sync(ALL, sum, d);
    sum += lane >= d ? other : 0;
  }
  __syncthreads();
  if (lane == 31) {
    scratch[warp] = sum;
  }
  __syncthreads();
  int warps = lane < BLOCK_WARPS ? scratch[lane] : 0;
#pragma unroll
  for (int d = 1; d < 32; d <<= 1) {
    int other = __shfl_up_sync(ALL, warps, d);
    warps += lane >= d ? other : 0;
  }
  *total = __shfl_sync(ALL, warps, 31);
  int before = __shfl_sync(ALL, warps, (warp + 31) & 31);
  return sum - value + (warp == 0 ? 0 : before);
}

// Lanes before this one.
__device__ __forceinline__ unsigned int earlierLanes() { return (1u << (threadIdx.x & 31)) - 1; }

// Adds, for the lanes that have a key, 1 to its count. All lanes of the warp call it; a lane without a key has -1.
__device__ __forceinline__ void count(int* counts, int key) {
  unsigned int peers = __match_any_sync(ALL, key);
  if (key >= 0 && (threadIdx.x & 31) == __ffs(peers) - 1) {
    atomicAdd(&counts[key], __popc(peers));
  }
}
