// What both ways of the interaction share. GATHER 1: the vectors beside x are rows, read from
// their slots. GATHER 0: they are elements of a value.

#define PAIRS (VECTORS * (VECTORS - 1) / 2)
#define OUTPUTS (DIM + PAIRS)

#if GATHER
typedef weight other;
#else
typedef element other;
#endif

// Where the product of vectors i < j lies among all.
__device__ __forceinline__ int pairAt(int i, int j) {
  return i * (2 * VECTORS - i - 1) / 2 + j - i - 1;
}

// Slot of the row that is vector v of sample s, of so many samples.
__device__ __forceinline__ long slotOf(const Input* in, int v, long s, int samples) {
  return in->uniqueSlots[in->uniqueOf[(long)(v - 1) * samples + s]];
}

// The threads that work on a sample together, and which of them this is.
struct Team {
  int thread;
  int threads;
};

// Zeroes columns [from, ld) of a gradient.
__device__ __forceinline__ void clearColumns(Team team, element* row, int from, long ld) {
  for (int c = from + team.thread; c < ld; c += team.threads) {
    store(row + c, 0.f);
  }
}

// Where gradients go; null where they are not wanted.
struct Gradients {
  element* dx;
  long ldx;
  long addDx;
  element* dOthers;
  long ldd;
  long addOthers;
};

// Zeroes the gradients of sample s from these columns on, unless others are added to.
__device__ __forceinline__ void clearFrom(Team team, Gradients to, long s, int ofX, int ofOthers) {
  if (to.dx && !to.addDx) {
    clearColumns(team, to.dx + s * to.ldx, ofX, to.ldx);
  }
#if !GATHER
  if (to.dOthers && !to.addOthers) {
    clearColumns(team, to.dOthers + s * to.ldd, ofOthers, to.ldd);
  }
#endif
}
