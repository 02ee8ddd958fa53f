// The pooled rows of all features as a value. A warp takes a bag at a time, feature by feature, so that the long bags of one
// feature are spread over all warps. Columns beyond the value's width are zero, as are the samples beyond the batch's.

// Lookups [first, first + count) of a batch.
struct Bag {
  int first;
  int count;
};

__device__ __forceinline__ Bag bagOf(const Input* in, int f, int s) {
  int start = in->lookupStarts[f];
  if (kinds[f] & ONE_HOT) {
    return {start + s, 1};
  }
  const int* offsets = in->offsets + (long)f * (BATCH + 1) + s;
  int from = offsets[0];
  return {start + from, offsets[1] - from};
}

#if MAXES
// For each value of a row the position in the bag of the lookup that it is from.
struct Places {
  PlacesPart part[PARTS];
};

__device__ __forceinline__ void takeLargest(Row& pooled, Places& places, const Row& row, int place) {
#pragma unroll
  for (int p = 0; p < PARTS; p++) {
#pragma unroll
    for (int k = 0; k < WIDTH; k++) {
      float value = row.part[p].v[k];
      float largest = pooled.part[p].v[k];
      // The first NaN stays.
      if (place == 0 || (largest == largest && !(value <= largest))) {
        pooled.part[p].v[k] = value;
        places.part[p].v[k] = place;
      }
    }
  }
}

__device__ __forceinline__ void writePlaces(const Places& places, int* to, int lane) {
#pragma unroll
  for (int p = 0; p < PARTS; p++) {
    int at = lane + 32 * p;
    if (at < DIM / WIDTH) {
      reinterpret_cast<PlacesPart*>(to)[at] = places.part[p];
    }
  }
}
#endif

__device__ __forceinline__ void addTimes(Row& pooled, const Row& row, float factor) {
#pragma unroll
  for (int p = 0; p < PARTS; p++) {
#pragma unroll
    for (int k = 0; k < WIDTH; k++) {
#if WEIGHTS || NORMS
      pooled.part[p].v[k] += factor * row.part[p].v[k];
#else
      pooled.part[p].v[k] += row.part[p].v[k];
#endif
    }
  }
}

// The vector of feature f in sample s. winners is null where nothing learns from it.
__device__ __forceinline__ void pool(
    Row& pooled, const Input* in, const weight* weights, int* winners, int f, int s, int lane) {
  Bag bag = bagOf(in, f, s);
#if WEIGHTS || MEANS || MAXES
  int kind = kinds[f];
#endif
#if MAXES
  Places places;
#endif
  clear(pooled);
  for (int from = 0; from < bag.count; from += 32) {
    int some = min(32, bag.count - from);
    int lookup = bag.first + from + lane;
    int ownSlot = lane < some ? in->uniqueSlots[in->uniqueOf[lookup]] : 0;
#if WEIGHTS
    float ownWeight = lane < some && (kind & HAS_WEIGHTS) ? in->lookupWeights[lookup] : 1.f;
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
          factor = normFactor(rows[a], f);
#endif
#if WEIGHTS
          factor *= __shfl_sync(0xffffffffu, ownWeight, i + a);
#endif
#if MAXES
          if ((kind & POOLING) == MAX) {
#if NORMS
            scale(rows[a], factor);
#endif
            takeLargest(pooled, places, rows[a], from + i + a);
            continue;
          }
#endif
          addTimes(pooled, rows[a], factor);
        }
      }
    }
  }
#if MEANS
  if ((kind & POOLING) == MEAN && bag.count > 1) {
#pragma unroll
    for (int p = 0; p < PARTS; p++) {
#pragma unroll
      for (int k = 0; k < WIDTH; k++) {
        pooled.part[p].v[k] /= bag.count;
      }
    }
  }
#endif
#if MAXES
  if (winners && (kind & POOLING) == MAX && bag.count > 0) {
    writePlaces(places, winners + winnersAt(largestOf[f], s), lane);
  }
#endif
}

// Registers for half the warps that a multiprocessor can have, where a row takes few.
extern "C" __global__ void __launch_bounds__(256, PARTS == 1 ? 4 : 1) bags_forward(
    const Input* in, const weight* weights, element* out, long ld, int* winners) {
  int lane = threadIdx.x % 32;
  int samples = in->samples;
  unsigned int warps = gridDim.x * (blockDim.x / 32);
  for (unsigned int b = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32; b < FEATURES * BATCH; b += warps) {
    int f = b / BATCH;
    int s = b % BATCH;
    Row pooled;
    clear(pooled);
#if SUMS
    bool summed = s < samples && isSummed(f);
#else
    bool summed = false;
#endif
    if (s < samples && !summed) {
      pool(pooled, in, weights, winners, f, s, lane);
    }
    if (!summed) {
      write(pooled, out + s * ld + f * DIM, lane);
    }
#if FEATURES * DIM % 8 != 0
    if (f == FEATURES - 1) {
      for (int c = FEATURES * DIM + lane; c < ld; c += 32) {
        store(out + s * ld + c, 0.f);
      }
    }
#endif
  }
}
