// Sums of bags in place of rows, see exchange.cu: owners add up rows for the bags of all ranks, samples get the sums of all owners,
// gradients of bags go back, and rows are updated by the gradients of their lookups.
//
// SUM_PLACES  by rank, then by feature: number of the feature among all whose sums arrive, owner by owner; -1: the rank has no rows
//             of it
// SUM_COUNTS  how many features each rank adds up rows of; SUM_FIRSTS   those of the ranks before it

// Bag b of the bags that this rank adds up rows for: by rank, then by feature, then by sample.
struct SummedBag {
  int rank;
  int place;
  int sample;
  int samples;
};

__device__ __forceinline__ SummedBag summedBag(const Sums* sums, long rank, int b) {
  int features = sumCounts[rank];
  int p = 0;
  while (b >= features * sums->sampleStarts[p + 1]) {
    p++;
  }
  int samples = sums->sampleStarts[p + 1] - sums->sampleStarts[p];
  int at = b - features * sums->sampleStarts[p];
  return {p, sumFirsts[rank] + at / samples, at % samples, samples};
}

// Adds up the rows of each bag, in the order of its lookups, where the rank that has the sample finds the sum.
extern "C" __global__ void pool_bags(const Input* in, const Routes* routes, long rank, const weight* weights) {
  const Sums* lists = sumsOf(in);
  int lane = threadIdx.x % 32;
  int warps = gridDim.x * (blockDim.x / 32);
  int bags = sumCounts[rank] * lists->sampleStarts[RANKS];
  for (int b = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32; b < bags; b += warps) {
    int begin = lists->bagStarts[b];
    int end = lists->bagStarts[b + 1];
    Row sum;
    clear(sum);
    for (int from = begin; from < end; from += 32) {
      int some = min(32, end - from);
      int own = lane < some ? lists->lookupRows[from + lane] : 0;
      int ownSlot = lane < some ? in->ownedSlots[own] : 0;
#if WEIGHTS
      float ownWeight = lane < some ? lists->lookupWeights[from + lane] : 0.f;
#endif
      for (int i = 0; i < some; i += ROWS_AHEAD) {
        // All are asked for before the first is used.
        Row rows[ROWS_AHEAD];
#pragma unroll
        for (int a = 0; a < ROWS_AHEAD; a++) {
          if (i + a < some) {
            long slot = __shfl_sync(0xffffffffu, ownSlot, i + a);
            read(rows[a], weights + slot * SLOT_STRIDE, lane);
          }
        }
#pragma unroll
        for (int a = 0; a < ROWS_AHEAD; a++) {
          if (i + a < some) {
            float factor = 1.f;
#if NORMS
            int row = __shfl_sync(0xffffffffu, own, i + a);
            factor = factorWithin(squares(rows[a]), normOf(in->ownedIds[row]));
#endif
#if WEIGHTS
            factor *= __shfl_sync(0xffffffffu, ownWeight, i + a);
#endif
            addTimes(sum, rows[a], factor);
          }
        }
      }
    }
    SummedBag bag = summedBag(lists, rank, b);
    // On their way through buffers sums lie in the order of bags.
    long to = DIRECT || bag.rank == rank ? (long)bag.place * bag.samples + bag.sample : b;
    write(sum, routes->sums[bag.rank] + to * DIM, lane);
  }
}

// How many lookups the bag of a feature and sample has, if they are to be averaged; else 1.
__device__ __forceinline__ int averaged(const Input* in, int f, int s) {
  int kind = kinds[f];
  if ((kind & ONE_HOT) || (kind & POOLING) != MEAN) {
    return 1;
  }
  const int* offsets = in->offsets + (long)f * (BATCH + 1) + s;
  return max(1, offsets[1] - offsets[0]);
}

__device__ __forceinline__ void divide(Row& row, int by) {
  if (by > 1) {
#pragma unroll
    for (int p = 0; p < PARTS; p++) {
#pragma unroll
      for (int k = 0; k < WIDTH; k++) {
        row.part[p].v[k] /= by;
      }
    }
  }
}

// The vectors of features whose sums have arrived: the owners' sums in the order of ranks. sums: of this rank.
extern "C" __global__ void add_sums(const Input* in, const float* sums, element* out, long ld) {
  int lane = threadIdx.x % 32;
  int samples = in->samples;
  int warps = gridDim.x * (blockDim.x / 32);
  for (int b = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32; b < FEATURES * samples; b += warps) {
    int f = b / samples;
    int s = b % samples;
    if (!isSummed(f)) {
      continue;
    }
    Row sum;
    clear(sum);
    for (int p = 0; p < RANKS; p++) {
      int place = sumPlaces[p * FEATURES + f];
      if (place >= 0) {
        add(sum, sums + ((long)place * samples + s) * DIM, lane);
      }
    }
    divide(sum, averaged(in, f, s));
    write(sum, out + s * ld + f * DIM, lane);
  }
}

// Sends the gradient of each bag to the ranks that have rows of it.
extern "C" __global__ void send_bag_gradients(
    const Input* in, const int* halted, const element* gradients, long ld, const Routes* routes, long rank) {
  if (*halted) {
    return;
  }
  const Sums* lists = sumsOf(in);
  int lane = threadIdx.x % 32;
  int samples = in->samples;
  int warps = gridDim.x * (blockDim.x / 32);
  for (int b = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32; b < FEATURES * samples; b += warps) {
    int f = b / samples;
    int s = b % samples;
    if (!isSummed(f)) {
      continue;
    }
    Row gradient;
    read(gradient, gradients + s * ld + f * DIM, lane);
    divide(gradient, averaged(in, f, s));
    for (int p = 0; p < RANKS; p++) {
      int place = sumPlaces[p * FEATURES + f];
      if (place >= 0) {
        long bag = (long)sumCounts[p] * lists->sampleStarts[rank] + (long)(place - sumFirsts[p]) * samples + s;
        long to = DIRECT || p == rank ? bag : (long)place * samples + s;
        write(gradient, routes->bagGradients[p] + to * DIM, lane);
      }
    }
  }
}

// Adds the gradients of lookups [from, from + count) of owned rows, count at most 32, in this order.
__device__ __forceinline__ void addOwnedLookups(
    Row& sum, const Sums* lists, const float* gradients, int from, int count, int lane) {
  int own = lane < count ? lists->ownedLookups[from + lane] : 0;
  int ownBag = lane < count ? lists->lookupBags[own] : 0;
#if WEIGHTS
  float ownWeight = lane < count ? lists->lookupWeights[own] : 0.f;
#endif
#pragma unroll 8
  for (int i = 0; i < count; i++) {
    long bag = __shfl_sync(0xffffffffu, ownBag, i);
#if WEIGHTS
    float factor = __shfl_sync(0xffffffffu, ownWeight, i);
    Row gradient;
    read(gradient, gradients + bag * DIM, lane);
#pragma unroll
    for (int p = 0; p < PARTS; p++) {
#pragma unroll
      for (int k = 0; k < WIDTH; k++) {
        sum.part[p].v[k] += factor * gradient.part[p].v[k];
      }
    }
#else
    add(sum, gradients + bag * DIM, lane);
#endif
  }
}

// As rows_plan, for the lookups of owned rows.
extern "C" __global__ void lookups_plan(const Input* in, int* counts, int2* chunks, int4* large) {
  planChunks(in->ownedRows, sumsOf(in)->ownedStarts, nullptr, 0, counts, chunks, large);
}

// Sums chunks of rows with many lookups; sums and updates all others.
extern "C" __global__ void lookups_sum(
    const Input* in, const int* halted, const int* counts, const int2* chunks, const float* gradients, float* sums,
    weight* weights, float* state, int* saturated) {
  if (*halted) {
    return;
  }
  const Sums* lists = sumsOf(in);
  int lane = threadIdx.x % 32;
  int listed = counts[0];
  int total = listed + in->ownedRows;
  int warps = gridDim.x * (blockDim.x / 32);
  Slots slots = {weights, state, saturated};
  Row sum;
  Held held;
  for (int i = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32; i < total; i += warps) {
    clear(sum);
    if (i < listed) {
      int2 chunk = chunks[i];
      for (int done = 0; done < chunk.y; done += CHUNK) {
        addOwnedLookups(sum, lists, gradients, chunk.x + done, min(CHUNK, chunk.y - done), lane);
      }
      write(sum, sums + (long)i * DIM, lane);
    } else {
      int o = i - listed;
      int from = lists->ownedStarts[o];
      int lookups = lists->ownedStarts[o + 1] - from;
      long slot = in->ownedSlots[o];
      if (lookups > 0 && lookups <= CHUNK) {
        readRow(held, in, o, slot, slots, lane);
        addOwnedLookups(sum, lists, gradients, from, lookups, lane);
        update(sum, held, in, slot, slots, lane);
      }
    }
  }
}

// Adds the chunks of rows with many lookups, a block a row, and updates them.
extern "C" __global__ void lookups_combine(
    const Input* in, const int* halted, const int* counts, const int4* large, const float* sums, weight* weights,
    float* state, int* saturated) {
  __shared__ __align__(16) float warpSums[WARPS][DIM];
  if (*halted) {
    return;
  }
  int lane = threadIdx.x % 32;
  int warp = threadIdx.x / 32;
  Slots slots = {weights, state, saturated};
  Row sum;
  Held held;
  for (int i = blockIdx.x; i < counts[1]; i += gridDim.x) {
    int4 listed = large[i];
    addChunks(sum, warpSums, sums, listed, lane, warp);
    if (warp == 0) {
      long slot = in->ownedSlots[listed.x];
      readRow(held, in, listed.x, slot, slots, lane);
      update(sum, held, in, slot, slots, lane);
    }
    __syncthreads();
  }
}
