// The lookups of a batch by unique row, each row's in lookup order: a stable radix sort in global memory, 8 bits of the unique row a
// pass. Then the bag of each lookup, and what its gradient is multiplied by. What is written is a function of the batch alone.
//
// Needs warps.cu, partition.cu and kinds.cu.

#define DIGITS 256

// Unique row and lookup at position k; before the first pass pairs is null, and they are in lookup order.
__device__ __forceinline__ int2 pairAt(const Input* in, const int2* pairs, long k) {
  return pairs == nullptr ? make_int2(in->uniqueOf[k], (int)k) : pairs[k];
}

extern "C" __global__ void __launch_bounds__(PART_THREADS) count_digits(
    const Input* in, const int2* pairs, long shift, int* counts) {
  __shared__ int shared[DIGITS];
  int digit[PART_ITEMS];
#pragma unroll
  for (int r = 0; r < PART_ITEMS; r++) {
    long k = (long)blockIdx.x * PART + itemOf(r);
    digit[r] = k < in->lookups ? pairAt(in, pairs, k).x >> shift & (DIGITS - 1) : -1;
  }
  countDigits(digit, DIGITS, shared, counts);
}

// counts is scanned by digit, and starts too.
extern "C" __global__ void __launch_bounds__(PART_THREADS) place_pairs(
    const Input* in, const int2* pairs, long shift, const int* counts, const int* starts, int2* to) {
  __shared__ int shared[PART_WARPS * DIGITS];
  int2 pair[PART_ITEMS];
  int digit[PART_ITEMS];
  int place[PART_ITEMS];
#pragma unroll
  for (int r = 0; r < PART_ITEMS; r++) {
    long k = (long)blockIdx.x * PART + itemOf(r);
    bool there = k < in->lookups;
    pair[r] = there ? pairAt(in, pairs, k) : make_int2(0, 0);
    digit[r] = there ? pair[r].x >> shift & (DIGITS - 1) : -1;
  }
  placeItems(digit, DIGITS, shared, counts, starts, place);
#pragma unroll
  for (int r = 0; r < PART_ITEMS; r++) {
    if (digit[r] >= 0) {
      to[place[r]] = pair[r];
    }
  }
}

// bagOf[l] = f * BATCH + s. A row of blocks a feature, 32 samples a warp: their lookups follow one another, so each lane finds the
// sample of a lookup among 32 offsets.
extern "C" __global__ void bags_of_lookups(const Input* in, int* bagOf) {
  int f = blockIdx.y;
  int lane = threadIdx.x & 31;
  int samples = in->samples;
  int first = (blockIdx.x * (blockDim.x >> 5) + (threadIdx.x >> 5)) * 32;
  if (first >= samples) {
    return;
  }
  bool oneHot = kinds[f] & ONE_HOT;
  const int* offsets = in->offsets + (long)f * (BATCH + 1);
  int s = min(first + lane, samples);
  int begin = oneHot ? s : offsets[s];
  int last = min(first + 32, samples);
  int end = oneHot ? last : offsets[last];
  int start = in->lookupStarts[f];
  for (int from = __shfl_sync(ALL, begin, 0); from < end; from += 32) {
    int i = from + lane;
    int sample = 0;
#pragma unroll
    for (int step = 16; step > 0; step >>= 1) {
      int at = __shfl_sync(ALL, begin, sample + step);
      sample += at <= i ? step : 0;
    }
    if (i < end) {
      bagOf[start + i] = f * BATCH + first + sample;
    }
  }
}

// rowLookups, and rowFactors and rowPlaces where they are wanted, from sorted pairs. bagOf is null where all features are one-hot.
extern "C" __global__ void place_lookups(const Input* in, const int2* pairs, const int* bagOf) {
  long k = (long)blockIdx.x * blockDim.x + threadIdx.x;
  if (k >= in->lookups) {
    return;
  }
  int l = pairs[k].y;
  int bag = bagOf == nullptr ? l / in->samples * BATCH + l % in->samples : bagOf[l];
  in->rowLookups[k] = bag;
  if (in->rowFactors == nullptr && in->rowPlaces == nullptr) {
    return;
  }
  int f = bag / BATCH;
  int kind = kinds[f];
  int lookups = 1;
  int place = 0;
  if (!(kind & ONE_HOT)) {
    const int* offsets = in->offsets + (long)f * (BATCH + 1) + bag % BATCH;
    lookups = offsets[1] - offsets[0];
    place = l - in->lookupStarts[f] - offsets[0];
  }
  if (in->rowFactors != nullptr) {
    float weight = kind & HAS_WEIGHTS ? in->lookupWeights[l] : 1.f;
    in->rowFactors[k] = (kind & POOLING) == MEAN ? weight / (float)lookups : weight;
  }
  if (in->rowPlaces != nullptr) {
    in->rowPlaces[k] = place;
  }
}
