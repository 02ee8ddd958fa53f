// The lookups of a batch by unique row, each row's in sample order: a stable counting sort, a block a table. All threads set
// the cursors, then the first warp takes the samples, 32 at a time. Rows start where the host says; what is written is a function
// of the batch alone. Shared memory: a cursor, an int, for each unique row of a table.

// Groups of 32 samples that are under way at once.
#define AHEAD 8

// Unique row of sample s; -1 beyond the batch.
__device__ __forceinline__ int uniqueRow(const int* uniqueOf, int s, int samples) {
  return s < samples ? uniqueOf[s] : -1;
}

extern "C" __global__ void order_lookups(const Input* in) {
  extern __shared__ int cursors[];
  int samples = in->samples;
  if (samples == 0) {
    return;
  }
  // Numbers of unique rows follow first lookups, table by table: a table's first is that of its first sample.
  int table = blockIdx.x;
  const int* uniqueOf = in->uniqueOf + (long)table * samples;
  int first = uniqueOf[0];
  int end = table + 1 < TABLES ? uniqueOf[samples] : in->uniqueRows;
#pragma unroll 4
  for (int u = first + threadIdx.x; u < end; u += blockDim.x) {
    cursors[u - first] = in->rowStarts[u];
  }
  __syncthreads();
  if (threadIdx.x >= 32) {
    return;
  }
  int lane = threadIdx.x;
  int* lookups = in->rowLookups;
  int next[AHEAD];
#pragma unroll
  for (int a = 0; a < AHEAD; a++) {
    next[a] = uniqueRow(uniqueOf, 32 * a + lane, samples);
  }
  for (int from = 0; from < samples; from += 32 * AHEAD) {
    int unique[AHEAD];
    unsigned int peers[AHEAD];
#pragma unroll
    for (int a = 0; a < AHEAD; a++) {
      unique[a] = next[a];
      next[a] = uniqueRow(uniqueOf, from + 32 * (AHEAD + a) + lane, samples);
      peers[a] = __match_any_sync(0xffffffffu, unique[a]);
    }
#pragma unroll
    for (int a = 0; a < AHEAD; a++) {
      // The first of the lanes with the same row takes room for all of them.
      int leader = __ffs(peers[a]) - 1;
      int at = 0;
      if (lane == leader && unique[a] >= 0) {
        at = cursors[unique[a] - first];
        cursors[unique[a] - first] = at + __popc(peers[a]);
      }
      __syncwarp();
      at = __shfl_sync(0xffffffffu, at, leader) + __popc(peers[a] & ((1u << lane) - 1));
      if (unique[a] >= 0) {
        lookups[at] = table * BATCH + from + 32 * a + lane;
      }
    }
  }
}
