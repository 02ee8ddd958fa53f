// The unique rows of a batch on the device, and their way to the host.
//
// TABLES     tables

typedef unsigned long long word;

// As FoundRows, on the device; no more than tableStarts, rows and occurrences where there is one group.
struct Found {
  int* tableStarts;
  word* rows;
  int* occurrences;
  int* groupStarts;
  word* groupRows;
  int* groupOccurrences;
  int* groupNumbers;
  int* places;
};

// As RowGroups.of and RowShards.share. ofTable: the table's first group, and in the low 11 bits its shares.
__device__ __forceinline__ int groupOf(word row, int ofTable) {
  int first = ofTable >> 11;
  int shares = ofTable & 2047;
  if (shares == 1) {
    return first;
  }
  word z = (row ^ (row >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  z ^= z >> 31;
  return first + (int)(((z >> 54) * shares) >> 10);
}

// An array to copy to the host: so many words, and so many for each unique row. Both ends on 16 bytes.
struct Piece {
  const int* from;
  int* to;
  long words;
  long wordsARow;
};

// Copies what was found to the host, no more than there is; a row of blocks a piece.
extern "C" __global__ void deliver(const Piece* pieces, const Found* found) {
  Piece piece = pieces[blockIdx.y];
  long words = piece.words + piece.wordsARow * found->tableStarts[TABLES];
  long thread = (long)blockIdx.x * blockDim.x + threadIdx.x;
  long threads = (long)gridDim.x * blockDim.x;
  for (long i = thread; i < words / 4; i += threads) {
    reinterpret_cast<int4*>(piece.to)[i] = reinterpret_cast<const int4*>(piece.from)[i];
  }
  for (long i = words / 4 * 4 + thread; i < words; i += threads) {
    piece.to[i] = piece.from[i];
  }
}
