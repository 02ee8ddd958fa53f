// What the ranks of a step send each other. Each rank has its own GPU and runs the same kernels.
//
// RANKS    how many ranks there are, at most 32
// DIRECT   1: ranks write to and read from each other's memory, and meet by counters there
//          0: the host copies what ranks send between two kernels, from buffers of their own
// COLUMNS  1: each rank has a part of the width of every row. Two modules are then compiled: in that of whole rows, DIM is their
//          width; in that of OWNED columns, DIM is the width of one rank's part, which is what slots hold

// SUMS     1: some features exchange sums of bags in place of rows, see sums.cu

// How many exchanges ahead of the others a rank may announce.
#define MAILS 64

// Points of an exchange at which ranks meet, and one more that none has.
#define POINTS 8

#ifndef COLUMNS
#define COLUMNS 0
#endif
#ifndef OWNED
#define OWNED 0
#endif
#ifndef SUMS
#define SUMS 0
#endif

#if SUMS
// The lists of BagExchange, behind the Input of a batch. Rows at arrival positions from arrivedRows on do not arrive.
struct Sums {
  const int* bagStarts;
  const int* lookupRows;
  const int* lookupBags;
  const float* lookupWeights;
  const int* ownedStarts;
  const int* ownedLookups;
  int arrivedRows;
  int sampleStarts[RANKS + 1];
};

__device__ __forceinline__ const Sums* sumsOf(const Input* in) { return reinterpret_cast<const Sums*>(in + 1); }

__constant__ int sumPlaces[RANKS * FEATURES] = {SUM_PLACES};
__constant__ int sumCounts[RANKS] = {SUM_COUNTS};
__constant__ int sumFirsts[RANKS] = {SUM_FIRSTS};
#endif

// What a rank tells another one of an exchange beforehand: where the rows and gradients arrive that the other one sends.
struct Mail {
  int rows;
  int gradients;
  int gathered;
  int unused;
  unsigned long long sequence;
};

// Addresses by rank: where its rows, gradients, mails and counters arrive, its dense gradients, the sum of its losses, and of each
// owned row, where ranks have columns and need it, its squares of weights and of gradients; where sums of bags and their gradients
// arrive. mail has
// RANKS mails for each of MAILS exchanges, counters one for each rank. If ranks are not DIRECT, those of other ranks are addresses
// of this rank's memory: what is sent lies in the order of send positions, gradients in the order in which their rows arrived.
struct Routes {
  weight* rows[RANKS];
  float* gradients[RANKS];
  Mail* mails[RANKS];
  unsigned long long* counters[RANKS];
  const float* dense[RANKS];
  const double* loss[RANKS];
  const float* norms[RANKS];
  const float* squares[RANKS];
  float* sums[RANKS];
  float* bagGradients[RANKS];
};

// How ranks wait for each other. failed and late are in the memory of the host: the host sets failed if the exchange cannot be
// completed; a kernel sets late to the number of a rank, from 1, that did not come in time. Either way the kernel gives up and sets
// broken, in the memory of the device: what the others sent may not have arrived, so from then on this rank tells the others
// nothing more, and updates nothing.
struct Watch {
  volatile int* failed;
  volatile int* late;
  int* broken;
  unsigned long long patience;
};

// Where what this rank sends to each rank begins there, in rows.
struct Starts {
  int rows[RANKS];
  int gradients[RANKS];
  int gathered[RANKS];
};

__device__ __forceinline__ unsigned long long loadAcquired(const unsigned long long* from) {
  unsigned long long value;
  asm volatile("ld.acquire.sys.global.u64 %0, [%1];" : "=l"(value) : "l"(from) : "memory");
  return value;
}

__device__ __forceinline__ void storeReleased(unsigned long long* to, unsigned long long value) {
  asm volatile("st.release.sys.global.u64 [%0], %1;" : : "l"(to), "l"(value) : "memory");
}

__device__ __forceinline__ unsigned long long nanoseconds() {
  unsigned long long now;
  asm volatile("mov.u64 %0, %globaltimer;" : "=l"(now));
  return now;
}

// Waits until another rank has counted so far, or until this rank gives up.
__device__ __forceinline__ void awaitCount(
    const unsigned long long* counter, unsigned long long count, int other, const Watch* watch) {
  unsigned long long begun = nanoseconds();
  for (unsigned int tries = 1; loadAcquired(counter) < count; tries++) {
    if (tries % 1024 == 0) {
      bool late = nanoseconds() - begun > watch->patience;
      if (late) {
        *watch->late = other + 1;
      }
      if (late || *watch->failed || *(volatile int*)watch->broken) {
        *watch->broken = 1;
        __threadfence_system();
        return;
      }
    }
  }
}

#if DIRECT
__device__ __forceinline__ const Mail* mailFrom(const Input* in, const Routes* routes, long rank, int other) {
  return routes->mails[rank] + in->sequence % MAILS * RANKS + other;
}

#if !OWNED
// Tells each rank where its rows and gradients arrive here. Runs beside the lane.
extern "C" __global__ void announce(const Input* in, const Routes* routes, long rank) {
  int other = threadIdx.x;
  if (other < RANKS && other != rank) {
    Mail* mail = routes->mails[other] + in->sequence % MAILS * RANKS + rank;
    mail->rows = in->askedStarts[other];
    mail->gradients = in->sendStarts[other];
    mail->gathered = in->gatherStarts[other];
    storeReleased(&mail->sequence, in->sequence);
  }
}

// Waits until all ranks are here. What they wrote before can be read afterwards. By a warp.
__device__ __forceinline__ void meetOthers(
    const Input* in, const Routes* routes, const Watch* watch, long rank, long point) {
  int other = threadIdx.x;
  unsigned long long count = POINTS * in->sequence + point;
  bool broken = *watch->broken;
  __syncwarp();
  __threadfence_system();
  if (other < RANKS && other != rank && !broken) {
    storeReleased(routes->counters[other] + rank, count);
    awaitCount(routes->counters[rank] + other, count, other, watch);
  }
}

extern "C" __global__ void meet(const Input* in, const Routes* routes, const Watch* watch, long rank, long point) {
  meetOthers(in, routes, watch, rank, point);
}

// As meet, within the updates of rows: if a rank did not come, no row is updated.
extern "C" __global__ void meet_for_numbers(
    const Input* in, const Routes* routes, const Watch* watch, long rank, long point, int* halted) {
  meetOthers(in, routes, watch, rank, point);
  __syncwarp();
  if (threadIdx.x == 0 && *(volatile int*)watch->broken) {
    *halted = 1;
  }
}

// Tells all ranks that this one no longer reads their memory, and does not write there before the next exchange.
extern "C" __global__ void leave(
    const Input* in, const Routes* routes, const Watch* watch, long rank, long point) {
  int other = threadIdx.x;
  __threadfence_system();
  if (other < RANKS && other != rank && !*watch->broken) {
    storeReleased(routes->counters[other] + rank, POINTS * in->sequence + point);
  }
}
#endif
#endif

// By all threads of a block. False if a rank has not announced the exchange.
__device__ __forceinline__ bool readStarts(Starts& starts, const Input* in, const Routes* routes, long rank) {
  bool announced = true;
  int p = threadIdx.x;
  if (p < RANKS) {
    if (p == rank) {
      starts.rows[p] = in->askedStarts[p];
      starts.gradients[p] = in->sendStarts[p];
      starts.gathered[p] = in->gatherStarts[p];
    } else {
#if DIRECT
      const Mail* mail = mailFrom(in, routes, rank, p);
      announced = loadAcquired(&mail->sequence) == in->sequence;
      starts.rows[p] = mail->rows;
      starts.gradients[p] = mail->gradients;
      starts.gathered[p] = mail->gathered;
#else
      starts.rows[p] = in->sendStarts[p];
      starts.gradients[p] = in->askedStarts[p];
      starts.gathered[p] = in->askedStarts[RANKS];
#endif
    }
  }
  return __syncthreads_and(announced);
}

#if !OWNED
// Says where kernels find each unique row, in strides of a slot from the first one: this rank's own in their slots, the others from
// offset on, in the order of arrival. Where that is too far away for an int, copied is set, and all are there. Runs beside the lane.
extern "C" __global__ void place_rows(const Input* in, long rank, long offset, long copied) {
  int* places = const_cast<int*>(in->uniqueSlots);
  int asked = in->askedStarts[RANKS];
  int ownFrom = in->askedStarts[rank];
  int ownTo = in->askedStarts[rank + 1];
  for (int u = blockIdx.x * blockDim.x + threadIdx.x; u < in->uniqueRows; u += gridDim.x * blockDim.x) {
    int arrival = in->arrivals[u];
    int sent = -1;
#if SUMS
    if (arrival >= sumsOf(in)->arrivedRows) {
      // Nothing reads it.
      places[u] = (int)offset;
      continue;
    }
#endif
    if (!copied && arrival >= asked) {
      sent = in->sendStarts[RANKS] + arrival - asked;
    } else if (!copied && arrival >= ownFrom && arrival < ownTo) {
      sent = in->sendStarts[rank] + arrival - ownFrom;
    }
    places[u] = sent < 0 ? (int)(offset + arrival) : in->ownedSlots[in->sendRows[sent]];
  }
}
#endif

#if !COLUMNS || OWNED
// Copies rows from their slots to where they arrive at the ranks that look them up; copied: this one too, as it is with columns,
// which arrive side by side. On their way through the host they lie one behind the other.
extern "C" __global__ void pack_rows(
    const Input* in, const Routes* routes, const Watch* watch, long rank, const weight* weights, long copied) {
  __shared__ Starts starts;
#if DIRECT
  if (threadIdx.x < RANKS && threadIdx.x != rank) {
    awaitCount(&mailFrom(in, routes, rank, threadIdx.x)->sequence, in->sequence, threadIdx.x, watch);
  }
#endif
  if (!readStarts(starts, in, routes, rank)) {
    return;
  }
  int lane = threadIdx.x % 32;
  int sent = in->sendStarts[RANKS];
  int ownFrom = in->sendStarts[rank];
  int own = copied ? 0 : in->sendStarts[rank + 1] - ownFrom;
  int total = copied ? sent + in->keptRows : sent - own;
  int warps = gridDim.x * (blockDim.x / 32);
  for (int base = 32 * (blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32); base < total; base += 32 * warps) {
    // Skips this rank's own.
    int k = base + lane < ownFrom ? base + lane : base + lane + own;
    long ownSlot = 0;
    weight* ownTo = nullptr;
    if (base + lane < total) {
      ownSlot = in->ownedSlots[in->sendRows[k]];
      int p = 0;
      while (p < RANKS && k >= in->sendStarts[p + 1]) {
        p++;
      }
#if COLUMNS
      long behind = DIRECT || p == rank ? (k - in->sendStarts[p]) * (long)RANKS + rank : k;
      ownTo = routes->rows[p] + behind * SLOT_STRIDE;
#else
      ownTo = p == RANKS ? routes->rows[rank] + (long)(in->askedStarts[RANKS] + k - sent) * SLOT_STRIDE
                         : routes->rows[p] + (long)(starts.rows[p] + k - in->sendStarts[p]) * SLOT_STRIDE;
#endif
    }
    int some = min(32, total - base);
#pragma unroll 8
    for (int i = 0; i < some; i++) {
      const float* from = reinterpret_cast<const float*>(weights + __shfl_sync(0xffffffffu, ownSlot, i) * SLOT_STRIDE);
      float* to = reinterpret_cast<float*>(__shfl_sync(0xffffffffu, reinterpret_cast<unsigned long long>(ownTo), i));
#if WEIGHT_WORDS % 4 == 0
      for (int d = 4 * lane; d < WEIGHT_WORDS; d += 128) {
        store4(to + d, load4(from + d));
      }
#else
      for (int d = lane; d < WEIGHT_WORDS; d += 32) {
        to[d] = from[d];
      }
#endif
    }
  }
}
#endif

#if COLUMNS && !OWNED
// Sends the columns of a gradient to the ranks that have them.
__device__ __forceinline__ void deliver(
    const Row& gradient, const Input* in, const Routes* routes, const Starts& starts, int arrival, int lane) {
  constexpr int columns = DIM / RANKS;
#pragma unroll
  for (int part = 0; part < PARTS; part++) {
    int at = lane + 32 * part;
    if (at < DIM / WIDTH) {
#if DIM / RANKS % WIDTH == 0
      int p = at * WIDTH / columns;
      float* to = routes->gradients[p] + (long)(starts.gradients[p] + arrival) * columns;
      storePart(to, at - p * (columns / WIDTH), gradient.part[part]);
#else
#pragma unroll
      for (int k = 0; k < WIDTH; k++) {
        int d = at * WIDTH + k;
        int p = d / columns;
        routes->gradients[p][(long)(starts.gradients[p] + arrival) * columns + d - p * columns] = gradient.part[part].v[k];
      }
#endif
    }
  }
}
#elif !COLUMNS
// Sends the gradient of the row that arrived at a position to its owner, or to all ranks if they all have it.
__device__ __forceinline__ void deliver(
    const Row& gradient, const Input* in, const Routes* routes, const Starts& starts, int arrival, int lane) {
  int asked = in->askedStarts[RANKS];
  if (arrival >= asked) {
    for (int p = 0; p < RANKS; p++) {
      write(gradient, routes->gradients[p] + (long)(starts.gathered[p] + arrival - asked) * DIM, lane);
    }
    return;
  }
  int p = 0;
  while (arrival >= in->askedStarts[p + 1]) {
    p++;
  }
  write(gradient, routes->gradients[p] + (long)(starts.gradients[p] + arrival - in->askedStarts[p]) * DIM, lane);
}
#endif

#if !OWNED
// The sum of the losses of this rank's samples.
extern "C" __global__ void loss_part(const Input* in, const double* sums, double* loss) {
  double sum = 0;
  for (int b = 0; b * SAMPLES_A_BLOCK < in->samples; b++) {
    sum += sums[b];
  }
  *loss = sum;
}

// The mean over the samples of all ranks, to the host; no number if the exchange was not completed. As loss_finish, sets halted if
// it is not finite.
__device__ __forceinline__ void totalLoss(const Input* in, const Routes* routes, const Watch* watch, int* halted) {
  double sum = *routes->loss[0];
#pragma unroll
  for (int r = 1; r < RANKS; r++) {
    sum += *routes->loss[r];
  }
  float loss = *watch->broken ? __int_as_float(0x7FC00000) : (float)(sum / in->divisor);
  if (!finite(loss)) {
    *halted = 1;
  }
  *in->hostLoss = loss;
}

#if DIRECT
// Waits until all ranks are at this point, then makes the total loss.
extern "C" __global__ void meet_for_loss(
    const Input* in, const Routes* routes, const Watch* watch, long rank, long point, int* halted) {
  meetOthers(in, routes, watch, rank, point);
  __syncwarp();
  if (threadIdx.x == 0) {
    totalLoss(in, routes, watch, halted);
  }
}
#else
extern "C" __global__ void loss_total(const Input* in, const Routes* routes, const Watch* watch, int* halted) {
  totalLoss(in, routes, watch, halted);
}
#endif
#endif
