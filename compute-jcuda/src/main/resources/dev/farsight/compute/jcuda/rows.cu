// The update of rows, in place on their slots. A row's lookups are added in sample order, CHUNK at a time by a warp each; the
// chunks' sums are added in order. Where a large row's chunks lie in the work list depends on timing, their sums do not.

#define CHUNK 32
#if DIM % 4 == 0
#define WIDTH 4
#else
#define WIDTH 1
#endif
#define PARTS ((DIM / WIDTH + 31) / 32)
// Warps that add up a large row: fewer where their sums would not fit the 48 KiB that a kernel may declare.
#if DIM <= 1536
#define WARPS 8
#elif DIM <= 3072
#define WARPS 4
#else
#define WARPS 2
#endif

struct __align__(4 * WIDTH) Part {
  float v[WIDTH];
};

// A row spread over a warp: lane l holds parts l, l + 32, ...
struct Row {
  Part part[PARTS];
};

__device__ __forceinline__ void clear(Row& row) {
#pragma unroll
  for (int p = 0; p < PARTS; p++) {
#pragma unroll
    for (int k = 0; k < WIDTH; k++) {
      row.part[p].v[k] = 0.f;
    }
  }
}

__device__ __forceinline__ void add(Row& row, const float* from, int lane) {
#pragma unroll
  for (int p = 0; p < PARTS; p++) {
    int at = lane + 32 * p;
    if (at < DIM / WIDTH) {
      Part part = reinterpret_cast<const Part*>(from)[at];
#pragma unroll
      for (int k = 0; k < WIDTH; k++) {
        row.part[p].v[k] += part.v[k];
      }
    }
  }
}

#if BF16
__device__ __forceinline__ void add(Row& row, const element* from, int lane) {
#pragma unroll
  for (int p = 0; p < PARTS; p++) {
    int at = lane + 32 * p;
    if (at < DIM / WIDTH) {
#if WIDTH == 4
      float4 part = load4(from + 4 * at);
      row.part[p].v[0] += part.x;
      row.part[p].v[1] += part.y;
      row.part[p].v[2] += part.z;
      row.part[p].v[3] += part.w;
#else
      row.part[p].v[0] += load(from + at);
#endif
    }
  }
}
#endif

__device__ __forceinline__ void write(const Row& row, float* to, int lane) {
#pragma unroll
  for (int p = 0; p < PARTS; p++) {
    int at = lane + 32 * p;
    if (at < DIM / WIDTH) {
      reinterpret_cast<Part*>(to)[at] = row.part[p];
    }
  }
}

// The sum of lookups [from, from + count), count at most CHUNK.
__device__ __forceinline__ void sumLookups(
    Row& sum, const Input* in, const element* gradients, long ld, int from, int count, int lane) {
  int own = lane < count ? in->rowLookups[from + lane] : 0;
  clear(sum);
#pragma unroll 8
  for (int i = 0; i < count; i++) {
    int lookup = __shfl_sync(0xffffffffu, own, i);
    add(sum, gradients + (lookup % BATCH) * ld + (lookup / BATCH) * DIM, lane);
  }
}

// row: what the slot holds.
__device__ __forceinline__ void update(
    const Row& g, Row& row, const Input* in, long slot, float* weights, float* state, int lane) {
  float rate = in->rowLearningRate;
#if ADAGRAD
  float squares = 0.f;
#pragma unroll
  for (int p = 0; p < PARTS; p++) {
#pragma unroll
    for (int k = 0; k < WIDTH; k++) {
      squares += g.part[p].v[k] * g.part[p].v[k];
    }
  }
  for (int other = 16; other > 0; other /= 2) {
    squares += __shfl_xor_sync(0xffffffffu, squares, other);
  }
  float sum = state[slot] + squares / DIM;
  __syncwarp();
  if (lane == 0) {
    state[slot] = sum;
  }
  // A row whose gradient is zero stays, whatever eps is.
  rate = squares == 0.f ? 0.f : rate / (sqrtf(sum) + EPS);
#endif
#pragma unroll
  for (int p = 0; p < PARTS; p++) {
#pragma unroll
    for (int k = 0; k < WIDTH; k++) {
      row.part[p].v[k] -= rate * g.part[p].v[k];
    }
  }
  write(row, weights + slot * DIM, lane);
}

// Lists the chunks of rows with more than CHUNK lookups. counts: chunks, large rows; both zero before.
extern "C" __global__ void rows_plan(
    const Input* in, int* counts, int2* chunks, int4* large) {
  for (int u = blockIdx.x * blockDim.x + threadIdx.x; u < in->uniqueRows; u += gridDim.x * blockDim.x) {
    int from = in->rowStarts[u];
    int lookups = in->rowStarts[u + 1] - from;
    if (lookups > CHUNK) {
      int count = (lookups + CHUNK - 1) / CHUNK;
      int first = atomicAdd(counts, count);
      large[atomicAdd(counts + 1, 1)] = make_int4(u, first, count, 0);
      for (int c = 0; c < count; c++) {
        chunks[first + c] = make_int2(from + c * CHUNK, min(CHUNK, lookups - c * CHUNK));
      }
    }
  }
}

// Sums chunks of large rows; sums and updates all others.
extern "C" __global__ void rows_sum(
    const Input* in, const int* halted, const int* counts, const int2* chunks,
    const element* gradients, long ld, float* sums, float* weights, float* state) {
  if (*halted) {
    return;
  }
  int lane = threadIdx.x % 32;
  int listed = counts[0];
  int total = listed + in->uniqueRows;
  int warps = gridDim.x * (blockDim.x / 32);
  Row sum;
  Row row;
  for (int i = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32; i < total; i += warps) {
    if (i < listed) {
      int2 chunk = chunks[i];
      sumLookups(sum, in, gradients, ld, chunk.x, chunk.y, lane);
      write(sum, sums + (long)i * DIM, lane);
    } else {
      int u = i - listed;
      int from = in->rowStarts[u];
      int lookups = in->rowStarts[u + 1] - from;
      long slot = in->uniqueSlots[u];
      if (lookups <= CHUNK) {
        // Asked for before the gradients, so that both are under way at once.
        clear(row);
        add(row, weights + slot * DIM, lane);
        sumLookups(sum, in, gradients, ld, from, lookups, lane);
        update(sum, row, in, slot, weights, state, lane);
      }
    }
  }
}

// Adds the chunks of large rows, a block a row: each warp a stretch of them, then the warps' sums in order.
extern "C" __global__ void rows_combine(
    const Input* in, const int* halted, const int* counts, const int4* large,
    const float* sums, float* weights, float* state) {
  __shared__ __align__(16) float warpSums[WARPS][DIM];
  if (*halted) {
    return;
  }
  int lane = threadIdx.x % 32;
  int warp = threadIdx.x / 32;
  Row sum;
  Row row;
  for (int i = blockIdx.x; i < counts[1]; i += gridDim.x) {
    int4 listed = large[i];
    int stretch = (listed.z + WARPS - 1) / WARPS;
    int end = warp < WARPS ? min(listed.z, (warp + 1) * stretch) : 0;
    clear(sum);
#pragma unroll 8
    for (int c = warp * stretch; c < end; c++) {
      add(sum, sums + (long)(listed.y + c) * DIM, lane);
    }
    if (warp < WARPS) {
      write(sum, warpSums[warp], lane);
    }
    __syncthreads();
    if (warp == 0) {
      for (int w = 1; w < WARPS; w++) {
        add(sum, warpSums[w], lane);
      }
      long slot = in->uniqueSlots[listed.x];
      clear(row);
      add(row, weights + slot * DIM, lane);
      update(sum, row, in, slot, weights, state, lane);
    }
    __syncthreads();
  }
}
