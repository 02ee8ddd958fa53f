// The unique rows of a batch, a block a table: numbered in the order of first lookup, with how often each is looked up; then once
// more group by group, in that order within each. Integers alone, so what is written is a function of the batch alone.
//
// TABLES     tables
// ENTRIES    entries of a table's hash: a power of two, at least 2 * BATCH
// SHIFT      32 less its exponent
// GROUPS     groups that rows fall into

#define THREADS 1024
#define WARPS (THREADS / 32)
#define ROUNDS ((BATCH + THREADS - 1) / THREADS)
#define NONE 0x7fffffff

// The entry of sample s: that of its index, which holds the first sample seen of it so far, and in the end the first there is.
__device__ __forceinline__ int claim(int* entries, const int* index, int s) {
  int own = index[s];
  int at = (int)((unsigned int)own * 0x9E3779B1u >> SHIFT);
  while (true) {
    int first = *(volatile int*)&entries[at];
    if (first == NONE) {
      first = atomicCAS(&entries[at], NONE, s);
      if (first == NONE) {
        return at;
      }
    }
    if (index[first] == own) {
      if (s < first) {
        atomicMin(&entries[at], s);
      }
      return at;
    }
    at = (at + 1) & (ENTRIES - 1);
  }
}

// Numbers within the table:
//   uniqueOf[t * samples + s] number of sample s' row                    uniques[t]               how many there are
//   found[t * BATCH + u]      index of unique row u and its lookups      inGroup[t * GROUPS + g]  how many of them are of group g
// Shared memory: ENTRIES + BATCH ints.
extern "C" __global__ void __launch_bounds__(THREADS) find_unique(
    const int* indices, long samples, const word* offsets, const int* groupOfTable, int* uniqueOf, int2* found, int* uniques,
    int* inGroup) {
  extern __shared__ int entries[];
  __shared__ int scratch[WARPS];
  __shared__ int firsts[ROUNDS * WARPS];
  __shared__ int groups[GROUPS];
  int* index = entries + ENTRIES;
  int t = blockIdx.x;
  int lane = threadIdx.x & 31;
  int warp = threadIdx.x >> 5;
  indices += t * samples;
  uniqueOf += t * samples;
  found += (long)t * BATCH;
  for (int e = threadIdx.x; e < ENTRIES; e += THREADS) {
    entries[e] = NONE;
  }
  for (int s = threadIdx.x; s < samples; s += THREADS) {
    index[s] = indices[s];
  }
  for (int g = threadIdx.x; g < GROUPS; g += THREADS) {
    groups[g] = 0;
  }
  __syncthreads();
  int at[ROUNDS];
#pragma unroll
  for (int r = 0; r < ROUNDS; r++) {
    int s = r * THREADS + threadIdx.x;
    at[r] = s < samples ? claim(entries, index, s) : 0;
  }
  __syncthreads();
  unsigned int isFirst = 0;
#pragma unroll
  for (int r = 0; r < ROUNDS; r++) {
    int s = r * THREADS + threadIdx.x;
    bool first = s < samples && entries[at[r]] == s;
    isFirst |= (unsigned int)first << r;
    unsigned int peers = __ballot_sync(ALL, first);
    if (lane == 0) {
      firsts[r * WARPS + warp] = __popc(peers);
    }
  }
  __syncthreads();
  int total = 0;
#pragma unroll
  for (int from = 0; from < ROUNDS * WARPS; from += THREADS) {
    int i = from + threadIdx.x;
    int sum;
    int before = total + sumBefore<WARPS>(i < ROUNDS * WARPS ? firsts[i] : 0, scratch, &sum);
    if (i < ROUNDS * WARPS) {
      firsts[i] = before;
    }
    total += sum;
  }
  __syncthreads();
#pragma unroll
  for (int r = 0; r < ROUNDS; r++) {
    bool first = isFirst >> r & 1;
    unsigned int peers = __ballot_sync(ALL, first);
    if (first) {
      int number = firsts[r * WARPS + warp] + __popc(peers & ((1u << lane) - 1));
      entries[at[r]] = number;
      found[number].x = index[r * THREADS + threadIdx.x];
    }
  }
  __syncthreads();
  int* counts = index;
  for (int u = threadIdx.x; u < total; u += THREADS) {
    counts[u] = 0;
  }
  __syncthreads();
#pragma unroll
  for (int r = 0; r < ROUNDS; r++) {
    int s = r * THREADS + threadIdx.x;
    int number = s < samples ? entries[at[r]] : -1;
    if (s < samples) {
      uniqueOf[s] = number;
    }
    count(counts, number);
  }
  __syncthreads();
  for (int from = 0; from < total; from += THREADS) {
    int u = from + threadIdx.x;
    int group = -1;
    if (u < total) {
      found[u].y = counts[u];
      group = GROUPS == 1 ? 0 : groupOf(offsets[t] + found[u].x, groupOfTable[t]);
    }
    count(groups, group);
  }
  __syncthreads();
  for (int g = threadIdx.x; g < GROUPS; g += THREADS) {
    inGroup[t * GROUPS + g] = groups[g];
  }
  if (threadIdx.x == 0) {
    uniques[t] = total;
  }
}

// Puts tables together: numbers now count on from table to table, in uniqueOf too.
extern "C" __global__ void __launch_bounds__(THREADS) join_tables(
    long samples, const word* offsets, const int* groupOfTable, const int2* found, const int* uniques, const int* inGroup,
    int* uniqueOf, const Found* to) {
  __shared__ int scratch[WARPS];
  __shared__ int next[GROUPS];
  __shared__ int warps[GROUPS == 1 ? 1 : WARPS * GROUPS];
  int t = blockIdx.x;
  int lane = threadIdx.x & 31;
  int warp = threadIdx.x >> 5;
  int earlier = 0;
  for (int other = threadIdx.x; other < t; other += THREADS) {
    earlier += uniques[other];
  }
  int start;
  sumBefore<WARPS>(earlier, scratch, &start);
  int own = uniques[t];
  if (threadIdx.x == 0) {
    to->tableStarts[t] = start;
    if (t == TABLES - 1) {
      to->tableStarts[TABLES] = start + own;
    }
  }
  uniqueOf += t * samples;
  found += (long)t * BATCH;
  for (int s = threadIdx.x; s < samples; s += THREADS) {
    uniqueOf[s] += start;
  }
  // Rows of earlier groups in all tables, and of this group in earlier tables.
  if (GROUPS > 1) {
    int groupsBefore = 0;
    for (int from = 0; from < GROUPS; from += THREADS) {
      int g = from + threadIdx.x;
      int all = 0;
      int tablesBefore = 0;
      for (int other = 0; g < GROUPS && other < TABLES; other++) {
        int rows = inGroup[other * GROUPS + g];
        all += rows;
        tablesBefore += other < t ? rows : 0;
      }
      int sum;
      int before = groupsBefore + sumBefore<WARPS>(all, scratch, &sum);
      if (g < GROUPS) {
        next[g] = before + tablesBefore;
        if (t == 0) {
          to->groupStarts[g] = before;
        }
      }
      groupsBefore += sum;
    }
    if (t == 0 && threadIdx.x == 0) {
      to->groupStarts[GROUPS] = groupsBefore;
    }
    __syncthreads();
  }
  for (int from = 0; from < own; from += THREADS) {
    int u = from + threadIdx.x;
    bool there = u < own;
    int2 row = there ? found[u] : make_int2(0, 0);
    word id = offsets[t] + row.x;
    if (there) {
      to->rows[start + u] = id;
      to->occurrences[start + u] = row.y;
    }
    if (GROUPS > 1) {
      for (int g = lane; g < GROUPS; g += 32) {
        warps[warp * GROUPS + g] = 0;
      }
      __syncwarp();
      int group = there ? groupOf(id, groupOfTable[t]) : -1;
      unsigned int peers = __match_any_sync(ALL, group);
      int before = __popc(peers & ((1u << lane) - 1));
      if (there && before == 0) {
        warps[warp * GROUPS + group] = __popc(peers);
      }
      __syncthreads();
      for (int g = threadIdx.x; g < GROUPS; g += THREADS) {
        int at = next[g];
        for (int w = 0; w < WARPS; w++) {
          int rows = warps[w * GROUPS + g];
          warps[w * GROUPS + g] = at;
          at += rows;
        }
        next[g] = at;
      }
      __syncthreads();
      if (there) {
        int at = warps[warp * GROUPS + group] + before;
        to->groupRows[at] = id;
        to->groupOccurrences[at] = row.y;
        to->groupNumbers[at] = start + u;
        to->places[start + u] = at;
      }
      __syncwarp();
    }
  }
}
