// A stable partition of an array by digits, in tiles: how many items of a tile have each digit, a scan of these counts, and the place
// of each item. Integers alone, so places are a function of the digits alone. Digits are below a number that is known late.

#define PART_THREADS 256
#define PART_WARPS (PART_THREADS / 32)
#define PART_ITEMS 16
#define PART (PART_THREADS * PART_ITEMS)

// A warp has consecutive items of the tile, 32 of them a round.
__device__ __forceinline__ int itemOf(int round) {
  return ((threadIdx.x >> 5) * PART_ITEMS + round) * 32 + (threadIdx.x & 31);
}

// counts[digit * tiles + tile] = items of this block's tile that have the digit. digit[r] is that of item itemOf(r), -1 for none.
// Shared memory: an int a digit.
__device__ __forceinline__ void countDigits(const int (&digit)[PART_ITEMS], int digits, int* shared, int* counts) {
  for (int d = threadIdx.x; d < digits; d += PART_THREADS) {
    shared[d] = 0;
  }
  __syncthreads();
#pragma unroll
  for (int r = 0; r < PART_ITEMS; r++) {
    count(shared, digit[r]);
  }
  __syncthreads();
  for (int d = threadIdx.x; d < digits; d += PART_THREADS) {
    counts[(long)d * gridDim.x + blockIdx.x] = shared[d];
  }
}

// place[r] = where item itemOf(r) goes. starts[d] is where items of digit d begin; counts, as countDigits has them, scanned by digit.
// Shared memory: an int for each warp and digit.
__device__ __forceinline__ void placeItems(
    const int (&digit)[PART_ITEMS], int digits, int* shared, const int* counts, const int* starts, int (&place)[PART_ITEMS]) {
  int* own = shared + (threadIdx.x >> 5) * digits;
  for (int d = threadIdx.x & 31; d < digits; d += 32) {
    own[d] = 0;
  }
  __syncwarp();
#pragma unroll
  for (int r = 0; r < PART_ITEMS; r++) {
    unsigned int peers = __match_any_sync(ALL, digit[r]);
    int before = __popc(peers & earlierLanes());
    int held = digit[r] >= 0 ? own[digit[r]] : 0;
    __syncwarp();
    if (digit[r] >= 0 && before == 0) {
      own[digit[r]] = held + __popc(peers);
    }
    __syncwarp();
    place[r] = held + before;
  }
  __syncthreads();
  for (int d = threadIdx.x; d < digits; d += PART_THREADS) {
    int at = starts[d] + counts[(long)d * gridDim.x + blockIdx.x];
    for (int w = 0; w < PART_WARPS; w++) {
      int items = shared[w * digits + d];
      shared[w * digits + d] = at;
      at += items;
    }
  }
  __syncthreads();
#pragma unroll
  for (int r = 0; r < PART_ITEMS; r++) {
    if (digit[r] >= 0) {
      place[r] += own[digit[r]];
    }
  }
}

// A block a row: each value becomes the sum of those before it in its row, and sums[row] the sum of all.
extern "C" __global__ void __launch_bounds__(1024) scan_rows(int* values, long columns, int* sums) {
  __shared__ int scratch[32];
  values += blockIdx.x * columns;
  int before = 0;
  for (long from = 0; from < columns; from += 1024) {
    long i = from + threadIdx.x;
    int sum;
    int own = sumBefore<32>(i < columns ? values[i] : 0, scratch, &sum);
    if (i < columns) {
      values[i] = before + own;
    }
    before += sum;
  }
  if (threadIdx.x == 0) {
    sums[blockIdx.x] = before;
  }
}
