// The update of rows, in place on their slots. A row's lookups are added in their order, a chunk at a time by a warp each; the
// chunks' sums are added in order. Where a large row's chunks lie in the work list depends on timing, their sums do not.
//
// FACTORS   1: lookups count as rowFactors say
// STATE     floats of state of a row; the ROW_STATES of a weight lie DIM apart
//
// Where ranks have columns of rows, see exchange.cu, gradients of whole rows are summed, and columns are updated.

#define CHUNK 32
#define MOST_CHUNKS 1024
// Warps that add up a large row: fewer where their sums would not fit the 48 KiB that a kernel may declare.
#if DIM <= 1536
#define WARPS 8
#elif DIM <= 3072
#define WARPS 4
#else
#define WARPS 2
#endif

// Parts of a row's state that a lane holds at once: all where that takes few registers, so that they can be asked for early.
#define HELD_PARTS (PARTS <= 2 ? PARTS : 1)

// Where slots are. saturated: how many weights of 16 bits became the largest number; null where they are not counted.
struct Slots {
  weight* weights;
  float* state;
  int* saturated;
#if COLUMNS
  const Routes* routes;
  int firstColumn;
#endif
};

// What the slot of a row holds.
struct Held {
  Row row;
  Part state[2][HELD_PARTS];
  unsigned long long rowId;
};

// The gradients of a batch's bags. winners: see features.cu.
struct BagGradients {
  const element* of;
  long ld;
  const int* winners;
};

// Adds lookups [from, from + count), count at most 32, in this order.
__device__ __forceinline__ void addLookups(
    Row& sum, const Input* in, BagGradients gradients, int from, int count, int lane) {
  int own = lane < count ? in->rowLookups[from + lane] : 0;
#if FACTORS
  float ownFactor = lane < count ? in->rowFactors[from + lane] : 0.f;
#endif
#if MAXES
  int ownPlace = lane < count ? in->rowPlaces[from + lane] : 0;
#endif
  constexpr int ahead = FACTORS || MAXES ? ROWS_AHEAD : 8;
#pragma unroll ahead
  for (int i = 0; i < count; i++) {
    int lookup = __shfl_sync(0xffffffffu, own, i);
    int f = lookup / BATCH;
    int s = lookup % BATCH;
    const element* gradient = gradients.of + s * gradients.ld + f * DIM;
#if FACTORS || MAXES
    float factor = 1.f;
#if FACTORS
    factor = __shfl_sync(0xffffffffu, ownFactor, i);
#endif
#if MAXES
    int place = __shfl_sync(0xffffffffu, ownPlace, i);
    int largest = largestOf[f];
    const int* winners = gradients.winners + winnersAt(largest, s);
#endif
#pragma unroll
    for (int p = 0; p < PARTS; p++) {
      int at = lane + 32 * p;
      if (at < DIM / WIDTH) {
        Part part = loadPart(gradient, at);
#if MAXES
        if (largest >= 0) {
          part = ofWinners(part, loadPlaces(winners, at), place);
        }
#endif
#pragma unroll
        for (int k = 0; k < WIDTH; k++) {
          sum.part[p].v[k] += factor * part.v[k];
        }
      }
    }
#else
    add(sum, gradient, lane);
#endif
  }
}

__device__ __forceinline__ void readState(Held& held, int p, long slot, Slots slots, int lane) {
  int at = lane + 32 * p;
  if (at < DIM / WIDTH) {
#pragma unroll
    for (int k = 0; k < ROW_STATES; k++) {
      held.state[k][p % HELD_PARTS] = loadPart(slots.state + slot * STATE + k * DIM, at);
    }
  }
}

__device__ __forceinline__ void writeState(const Held& held, int p, long slot, Slots slots, int lane) {
  int at = lane + 32 * p;
  if (at < DIM / WIDTH) {
#pragma unroll
    for (int k = 0; k < ROW_STATES; k++) {
      storePart(slots.state + slot * STATE + k * DIM, at, held.state[k][p % HELD_PARTS]);
    }
  }
}

#if COLUMNS
// The sum over ranks, in their order, of what each has for an owned row.
__device__ __forceinline__ float totalOf(const float* const* numbers, int row) {
  float sum = numbers[0][row];
#pragma unroll
  for (int r = 1; r < RANKS; r++) {
    sum += numbers[r][row];
  }
  return sum;
}
#endif

// Reads what the slot of unique row u holds, of the largest norm that it may have. With several ranks u is an owned row.
__device__ __forceinline__ void readRow(Held& held, const Input* in, int u, long slot, Slots slots, int lane) {
  clear(held.row);
  add(held.row, slots.weights + slot * SLOT_STRIDE, lane);
  if (HELD_PARTS == PARTS) {
#pragma unroll
    for (int p = 0; p < PARTS; p++) {
      readState(held, p, slot, slots, lane);
    }
  }
#if HALVES && RANKS
  held.rowId = in->ownedIds[u];
#elif HALVES
  held.rowId = in->rowIds[u];
#endif
#if NORMS && COLUMNS
  scale(held.row, factorWithin(totalOf(slots.routes->norms, u), normOf(in->ownedIds[u])));
#elif NORMS && RANKS
  scale(held.row, factorWithin(squares(held.row), normOf(in->ownedIds[u])));
#elif NORMS
  // All features that look a row up do so in one table.
  scale(held.row, normFactor(held.row, in->rowLookups[in->rowStarts[u]] / BATCH));
#endif
}

__device__ __forceinline__ void writeWeights(const Held& held, const Input* in, long slot, Slots slots, int lane) {
#if HALVES
  unsigned long long key = keyBelow(in->roundingKey, held.rowId);
  int saturated = 0;
#pragma unroll
  for (int p = 0; p < PARTS; p++) {
    int at = lane + 32 * p;
    if (at < DIM / WIDTH) {
      Halves rounded;
#pragma unroll
      for (int k = 0; k < WIDTH; k++) {
        float value = held.row.part[p].v[k];
#if COLUMNS
        int column = slots.firstColumn + WIDTH * at + k;
#else
        int column = WIDTH * at + k;
#endif
        rounded.v[k] = stochastic(value, randomBits(key, column));
        saturated += saturates(value, rounded.v[k]);
      }
      reinterpret_cast<Halves*>(slots.weights + slot * SLOT_STRIDE)[at] = rounded;
    }
  }
#if RANKS
  bool counted = slots.saturated != nullptr;
#else
  constexpr bool counted = true;
#endif
  if (counted && saturated > 0) {
    atomicAdd(slots.saturated, saturated);
  }
#else
  write(held.row, slots.weights + slot * DIM, lane);
#endif
}

// Adds the decay of weights to the summed gradient g of a row.
__device__ __forceinline__ void decayAll(Row& g, const Held& held) {
  constexpr Rule rule = {ROW_RULE};
#pragma unroll
  for (int p = 0; p < PARTS; p++) {
#pragma unroll
    for (int k = 0; k < WIDTH; k++) {
      g.part[p].v[k] = decayed(rule, held.row.part[p].v[k], g.part[p].v[k]);
    }
  }
}

// Updates the row of a slot by the summed gradient g; of row-wise Adagrad with its decay, and its squares.
__device__ __forceinline__ void updateBy(
    Row& g, float ofGradient, Held& held, const Input* in, long slot, Slots slots, int lane) {
  constexpr Rule rule = {ROW_RULE};
  Pace pace = {in->rowLearningRate, in->rowRootFactor};
  if constexpr (rule.kind == ROWWISE_ADAGRAD) {
#if COLUMNS
    float sum = slots.state[slot * STATE] + ofGradient / (RANKS * DIM);
#else
    float sum = slots.state[slot * STATE] + ofGradient / DIM;
#endif
    __syncwarp();
    if (lane == 0) {
      slots.state[slot * STATE] = sum;
    }
    // A row whose gradient is zero stays, whatever eps is.
    pace.rate = ofGradient == 0.f ? 0.f : pace.rate / (sqrtf(sum) + rule.eps);
  }
#pragma unroll
  for (int p = 0; p < PARTS; p++) {
    if (HELD_PARTS < PARTS) {
      readState(held, p, slot, slots, lane);
    }
    Part& first = held.state[0][p % HELD_PARTS];
    Part& second = held.state[1][p % HELD_PARTS];
#pragma unroll
    for (int k = 0; k < WIDTH; k++) {
      float& value = held.row.part[p].v[k];
      if constexpr (rule.kind == ROWWISE_ADAGRAD) {
        value -= pace.rate * g.part[p].v[k];
      } else {
        value = updated(rule, pace, value, g.part[p].v[k], first.v[k], second.v[k]);
      }
    }
    writeState(held, p, slot, slots, lane);
  }
  writeWeights(held, in, slot, slots, lane);
}

// Updates the row of a slot by the summed gradient g.
__device__ __forceinline__ void update(Row& g, Held& held, const Input* in, long slot, Slots slots, int lane) {
  constexpr Rule rule = {ROW_RULE};
  float ofGradient = 0.f;
  if constexpr (rule.kind == ROWWISE_ADAGRAD) {
    if constexpr (rule.decay != 0.f) {
      decayAll(g, held);
    }
    ofGradient = squares(g);
  }
  updateBy(g, ofGradient, held, in, slot, slots, lane);
}

// Lookups of a chunk of a row that has so many. In a batch of bags a row may have millions; it then has longer chunks, so that
// no warp adds up more than MOST_CHUNKS / WARPS of them.
__device__ __forceinline__ int chunkLength(int lookups) {
#if POOLED
  return max(CHUNK, (lookups + MOST_CHUNKS * CHUNK - 1) / (MOST_CHUNKS * CHUNK) * CHUNK);
#else
  return CHUNK;
#endif
}

#if !OWNED
// Lists the chunks of rows with more than CHUNK lookups; the rows of a warp take room together, and the warp lists each row's
// chunks. counts: chunks, large rows; both zero before. Only of rows whose arrival is below arrived, if there are arrivals.
__device__ __forceinline__ void planChunks(
    int rows, const int* starts, const int* arrivals, int arrived, int* counts, int2* chunks, int4* large) {
  int lane = threadIdx.x % 32;
  int warps = gridDim.x * (blockDim.x / 32);
  for (int base = 32 * (blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32); base < rows; base += 32 * warps) {
    int u = base + lane;
    bool planned = u < rows && (arrivals == nullptr || arrivals[u] < arrived);
    int from = planned ? starts[u] : 0;
    int lookups = planned ? starts[u + 1] - from : 0;
    int length = chunkLength(lookups);
    int count = lookups > CHUNK ? (lookups + length - 1) / length : 0;
    unsigned int larger = __ballot_sync(0xffffffffu, count > 0);
    if (larger == 0) {
      continue;
    }
    int end = count;
    for (int below = 1; below < 32; below *= 2) {
      int others = __shfl_up_sync(0xffffffffu, end, below);
      end += lane >= below ? others : 0;
    }
    int firstChunk = 0;
    int firstRow = 0;
    if (lane == 31) {
      firstChunk = atomicAdd(counts, end);
      firstRow = atomicAdd(counts + 1, __popc(larger));
    }
    int first = __shfl_sync(0xffffffffu, firstChunk, 31) + end - count;
    firstRow = __shfl_sync(0xffffffffu, firstRow, 31);
    if (count > 0) {
      large[firstRow + __popc(larger & ((1u << lane) - 1))] = make_int4(u, first, count, 0);
    }
    for (; larger != 0; larger &= larger - 1) {
      int owner = __ffs(larger) - 1;
      int rowFrom = __shfl_sync(0xffffffffu, from, owner);
      int rowLookups = __shfl_sync(0xffffffffu, lookups, owner);
      int rowLength = __shfl_sync(0xffffffffu, length, owner);
      int rowCount = __shfl_sync(0xffffffffu, count, owner);
      int rowFirst = __shfl_sync(0xffffffffu, first, owner);
      for (int c = lane; c < rowCount; c += 32) {
        int at = c * rowLength;
        chunks[rowFirst + c] = make_int2(rowFrom + at, min(rowLength, rowLookups - at));
      }
    }
  }
}

extern "C" __global__ void rows_plan(
    const Input* in, int* counts, int2* chunks, int4* large) {
#if RANKS && SUMS
  planChunks(in->uniqueRows, in->rowStarts, in->arrivals, sumsOf(in)->arrivedRows, counts, chunks, large);
#else
  planChunks(in->uniqueRows, in->rowStarts, nullptr, 0, counts, chunks, large);
#endif
}

// Adds the chunks of a large row: each warp a stretch of them, then the first warp the warps' sums in order. All of a block.
__device__ __forceinline__ void addChunks(
    Row& sum, float (*warpSums)[DIM], const float* sums, int4 listed, int lane, int warp) {
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
  }
}

#endif

#if RANKS && !OWNED
// As below, but each sum goes to the rank that owns the row.
extern "C" __global__ void rows_sum(
    const Input* in, const int* halted, const int* counts, const int2* chunks, const element* gradients, long ld,
    const int* winners, float* sums, const Routes* routes, long rank) {
  __shared__ Starts starts;
  if (*halted) {
    return;
  }
  if (!readStarts(starts, in, routes, rank)) {
    return;
  }
  int lane = threadIdx.x % 32;
  int listed = counts[0];
  int total = listed + in->uniqueRows;
  int warps = gridDim.x * (blockDim.x / 32);
  BagGradients bags = {gradients, ld, winners};
  Row sum;
  for (int i = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32; i < total; i += warps) {
    clear(sum);
    if (i < listed) {
      int2 chunk = chunks[i];
      for (int done = 0; done < chunk.y; done += CHUNK) {
        addLookups(sum, in, bags, chunk.x + done, min(CHUNK, chunk.y - done), lane);
      }
      write(sum, sums + (long)i * DIM, lane);
    } else {
      int u = i - listed;
      int from = in->rowStarts[u];
      int lookups = in->rowStarts[u + 1] - from;
      int arrival = in->arrivals[u];
#if SUMS
      if (arrival >= sumsOf(in)->arrivedRows) {
        continue;
      }
#endif
      if (lookups <= CHUNK) {
        addLookups(sum, in, bags, from, lookups, lane);
        deliver(sum, in, routes, starts, arrival, lane);
      }
    }
  }
}

extern "C" __global__ void rows_combine(
    const Input* in, const int* halted, const int* counts, const int4* large, const float* sums, const Routes* routes,
    long rank) {
  __shared__ __align__(16) float warpSums[WARPS][DIM];
  __shared__ Starts starts;
  if (*halted) {
    return;
  }
  if (!readStarts(starts, in, routes, rank)) {
    return;
  }
  int lane = threadIdx.x % 32;
  int warp = threadIdx.x / 32;
  Row sum;
  for (int i = blockIdx.x; i < counts[1]; i += gridDim.x) {
    int4 listed = large[i];
    addChunks(sum, warpSums, sums, listed, lane, warp);
    if (warp == 0) {
      deliver(sum, in, routes, starts, in->arrivals[listed.x], lane);
    }
    __syncthreads();
  }
}

#endif

#if RANKS && COLUMNS == OWNED
// The gradient of an owned row, summed in the order of ranks.
__device__ __forceinline__ void addRanks(Row& sum, const Input* in, const float* received, int o, int lane) {
  int from = in->gradientStarts[o];
  int end = in->gradientStarts[o + 1];
  clear(sum);
  for (int j = from; j < end; j++) {
    add(sum, received + (long)in->gradients[j] * DIM, lane);
  }
}
#endif

#if RANKS && !COLUMNS
// Sums the gradients of each owned row in the order of ranks, and updates it. What saturates in replicated rows, whose gradients
// come behind those that were sent, is counted by rank 0 alone.
extern "C" __global__ void rows_update(
    const Input* in, const int* halted, const float* received, weight* weights, float* state, int* saturated, long rank) {
  if (*halted) {
    return;
  }
  int lane = threadIdx.x % 32;
  int warps = gridDim.x * (blockDim.x / 32);
  int replicatedFrom = in->gatherStarts[0];
  Row sum;
  Held held;
  for (int o = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32; o < in->ownedRows; o += warps) {
    long slot = in->ownedSlots[o];
#if SUMS
    // No gradients of the row arrive: it is updated by those of its lookups.
    if (in->gradientStarts[o] == in->gradientStarts[o + 1]) {
      continue;
    }
#endif
    bool counted = rank == 0 || in->gradients[in->gradientStarts[o]] < replicatedFrom;
    Slots slots = {weights, state, counted ? saturated : nullptr};
    readRow(held, in, o, slot, slots, lane);
    addRanks(sum, in, received, o, lane);
    update(sum, held, in, slot, slots, lane);
  }
}
#endif

#if OWNED
#if NORMS
// This rank's squares of the weights of each owned row.
extern "C" __global__ void column_norms(const Input* in, const int* halted, const weight* weights, float* norms) {
  if (*halted) {
    return;
  }
  int lane = threadIdx.x % 32;
  int warps = gridDim.x * (blockDim.x / 32);
  Row row;
  for (int o = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32; o < in->ownedRows; o += warps) {
    clear(row);
    add(row, weights + (long)in->ownedSlots[o] * SLOT_STRIDE, lane);
    float sum = squares(row);
    if (lane == 0) {
      norms[o] = sum;
    }
  }
}
#endif

// This rank's squares of the gradient of each owned row. The sum over ranks takes the place of the first gradient.
extern "C" __global__ void column_squares(
    const Input* in, const int* halted, float* received, weight* weights, float* state, float* ofRows,
    const Routes* routes) {
  if (*halted) {
    return;
  }
  constexpr Rule rule = {ROW_RULE};
  int lane = threadIdx.x % 32;
  int warps = gridDim.x * (blockDim.x / 32);
  Slots slots = {weights, state, nullptr, routes, 0};
  Row sum;
  Held held;
  for (int o = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32; o < in->ownedRows; o += warps) {
    addRanks(sum, in, received, o, lane);
    if constexpr (rule.decay != 0.f) {
      readRow(held, in, o, in->ownedSlots[o], slots, lane);
      decayAll(sum, held);
    }
    float ofRow = squares(sum);
    if (lane == 0) {
      ofRows[o] = ofRow;
    }
    write(sum, received + (long)in->gradients[in->gradientStarts[o]] * DIM, lane);
  }
}

// Updates this rank's columns of each owned row.
extern "C" __global__ void rows_update(
    const Input* in, const int* halted, const float* received, weight* weights, float* state, int* saturated,
    const Routes* routes, long rank) {
  if (*halted) {
    return;
  }
  constexpr Rule rule = {ROW_RULE};
  int lane = threadIdx.x % 32;
  int warps = gridDim.x * (blockDim.x / 32);
  Slots slots = {weights, state, saturated, routes, (int)rank * DIM};
  Row sum;
  Held held;
  for (int o = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32; o < in->ownedRows; o += warps) {
    long slot = in->ownedSlots[o];
    readRow(held, in, o, slot, slots, lane);
    if constexpr (rule.kind == ROWWISE_ADAGRAD) {
      read(sum, received + (long)in->gradients[in->gradientStarts[o]] * DIM, lane);
      updateBy(sum, totalOf(routes->squares, o), held, in, slot, slots, lane);
    } else {
      addRanks(sum, in, received, o, lane);
      update(sum, held, in, slot, slots, lane);
    }
  }
}
#elif !RANKS
// Sums chunks of large rows; sums and updates all others.
extern "C" __global__ void rows_sum(
    const Input* in, const int* halted, const int* counts, const int2* chunks,
    const element* gradients, long ld, const int* winners, float* sums, weight* weights, float* state, int* saturated) {
  if (*halted) {
    return;
  }
  int lane = threadIdx.x % 32;
  int listed = counts[0];
  int total = listed + in->uniqueRows;
  int warps = gridDim.x * (blockDim.x / 32);
  BagGradients bags = {gradients, ld, winners};
  Slots slots = {weights, state, saturated};
  Row sum;
  Held held;
  for (int i = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32; i < total; i += warps) {
    clear(sum);
    if (i < listed) {
      int2 chunk = chunks[i];
      for (int done = 0; done < chunk.y; done += CHUNK) {
        addLookups(sum, in, bags, chunk.x + done, min(CHUNK, chunk.y - done), lane);
      }
      write(sum, sums + (long)i * DIM, lane);
    } else {
      int u = i - listed;
      int from = in->rowStarts[u];
      int lookups = in->rowStarts[u + 1] - from;
      long slot = in->uniqueSlots[u];
      if (lookups <= CHUNK) {
        // Asked for before the gradients, so that both are under way at once.
        readRow(held, in, u, slot, slots, lane);
        addLookups(sum, in, bags, from, lookups, lane);
        update(sum, held, in, slot, slots, lane);
      }
    }
  }
}

// Adds the chunks of large rows, a block a row, and updates them.
extern "C" __global__ void rows_combine(
    const Input* in, const int* halted, const int* counts, const int4* large,
    const float* sums, weight* weights, float* state, int* saturated) {
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
      long slot = in->uniqueSlots[listed.x];
      readRow(held, in, listed.x, slot, slots, lane);
      update(sum, held, in, slot, slots, lane);
    }
    __syncthreads();
  }
}
#endif

#if HALVES && !OWNED
// To the host.
extern "C" __global__ void saturated_out(const Input* in, const int* saturated) {
  *in->hostSaturated = *saturated;
}
#endif
