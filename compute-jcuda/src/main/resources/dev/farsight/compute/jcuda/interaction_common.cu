// What both ways of the interaction share. A block of THREADS works on samples. GATHER 1: the vectors beside x are rows, read from
// their slots. GATHER 0: they are elements of a value.

#define PAIRS (VECTORS * (VECTORS - 1) / 2)
#define OUTPUTS (DIM + PAIRS)
#define THREADS 128

#if GATHER
typedef float other;
#else
typedef element other;
#endif

// Where the product of vectors i < j lies among all.
__device__ __forceinline__ int pairAt(int i, int j) {
  return i * (2 * VECTORS - i - 1) / 2 + j - i - 1;
}

// Slot of the row that is vector v of sample s.
__device__ __forceinline__ long slotOf(const Input* in, int v, long s) {
  return in->uniqueSlots[in->uniqueOf[(long)(v - 1) * BATCH + s]];
}

// Zeroes columns [from, ld) of a gradient, by the threads of a block.
__device__ __forceinline__ void clearColumns(element* row, int from, long ld) {
  for (int c = from + threadIdx.x; c < ld; c += THREADS) {
    store(row + c, 0.f);
  }
}

// The gradients that a sample beyond the batch's has, all zero, unless others are added to.
__device__ __forceinline__ void clearSample(
    long s, element* dx, long ldx, long addDx, element* dOthers, long ldd, long addOthers) {
  if (dx && !addDx) {
    clearColumns(dx + s * ldx, 0, ldx);
  }
#if !GATHER
  if (dOthers && !addOthers) {
    clearColumns(dOthers + s * ldd, 0, ldd);
  }
#endif
}

// The columns beyond the vectors' widths, likewise.
__device__ __forceinline__ void clearTails(
    long s, element* dx, long ldx, long addDx, element* dOthers, long ldd, long addOthers) {
  if (dx && !addDx) {
    clearColumns(dx + s * ldx, DIM, ldx);
  }
#if !GATHER
  if (dOthers && !addOthers) {
    clearColumns(dOthers + s * ldd, (VECTORS - 1) * DIM, ldd);
  }
#endif
}
