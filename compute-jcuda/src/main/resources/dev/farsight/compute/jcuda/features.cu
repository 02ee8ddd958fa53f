// What kernels know of each feature where rows are pooled, beside its kind: lists that come as compiler options, and whether any
// feature needs what costs something.
//
// LARGEST     number of a feature among those with MAX; -1 if it is none of them
// MAX_NORMS   largest norm of the rows of a feature's table; 0 if it has none
// TABLE_ENDS, TABLE_NORMS   row id after the last one of a table, and largest norm of its rows; with several ranks only
//
// WEIGHTS     1: some lookups have weights         MEANS   1: some feature has MEAN
// MAXES       1: some feature has MAX              NORMS   1: some table has a largest norm

// SUMS        1: some features exchange sums of bags, see sums.cu; SUMMED: a list, whether a feature does

#if defined(SUMS) && SUMS
__constant__ int summedFeatures[FEATURES] = {SUMMED};

// The sums of these features come from other ranks too, and are added up by add_sums.
__device__ __forceinline__ bool isSummed(int f) { return summedFeatures[f]; }
#endif

#if MAXES
__constant__ int largestOf[FEATURES] = {LARGEST};

// Where winners has the positions, in the bag of sample s, of the lookups with the largest values: one for each dimension.
__device__ __forceinline__ long winnersAt(int largest, int s) {
  return ((long)largest * BATCH + s) * DIM;
}

struct __align__(4 * WIDTH) PlacesPart {
  int v[WIDTH];
};

__device__ __forceinline__ PlacesPart loadPlaces(const int* from, int at) {
  return reinterpret_cast<const PlacesPart*>(from)[at];
}

// A part of a bag's gradient as the lookup at this place has it: zero where another one is the largest.
__device__ __forceinline__ Part ofWinners(Part part, PlacesPart winners, int place) {
#pragma unroll
  for (int k = 0; k < WIDTH; k++) {
    part.v[k] = winners.v[k] == place ? part.v[k] : 0.f;
  }
  return part;
}
#endif

#if NORMS
__constant__ float maxNorms[FEATURES] = {MAX_NORMS};

// What a row with this sum of squares is multiplied with, so that its norm is not above the largest one; 0: there is none.
__device__ __forceinline__ float factorWithin(float squares, float most) {
  float norm = sqrtf(squares);
  return most > 0.f && norm > most ? most / (norm + 1e-7f) : 1.f;
}

// The same for a row that feature f looks up.
__device__ __forceinline__ float normFactor(const Row& row, int f) { return factorWithin(squares(row), maxNorms[f]); }

#if RANKS
__constant__ unsigned long long tableEnds[] = {TABLE_ENDS};
__constant__ float tableNorms[] = {TABLE_NORMS};

// The largest norm of the row with this id.
__device__ __forceinline__ float normOf(unsigned long long rowId) {
  int table = 0;
  while (rowId >= tableEnds[table]) {
    table++;
  }
  return tableNorms[table];
}
#endif
#endif
