// The unique rows of a batch of any size, in global memory: numbered table by table, each table's in the order of first lookup, with
// how often each is looked up; then once more group by group, in that order within each. What is written is a function of the batch
// alone: entries are claimed in any order, but all they tell in the end is the first lookup of an index.
//
// TABLES     tables
// GROUPS     groups that rows fall into
//
// Needs warps.cu, found.cu and partition.cu.
//
// Indices come in table-major order: position p is that of a lookup among those of table 0, then of table 1, ..., in a table by
// lookup number. Positions are cut into tiles, none with lookups of two features.

#define THREADS 256
#define WARPS (THREADS / 32)
#define ITEMS 8
#define TILE (THREADS * ITEMS)
#define TILE_WORDS (TILE / 32)
#define EMPTY 0xffffffffffffffffull

// Consecutive positions of one feature; that of lookup l is l - shift. Written by the host, as SearchPlan has it.
struct __align__(16) Tile {
  int from;
  int count;
  int shift;
  int table;
};

// What a table has of the entries, and its first tile. With an entry a row, entries are found by index, else by hash. There are
// TABLES + 1, the last with the number of tiles. Written by the host, as SearchPlan has it.
struct __align__(16) TableEntries {
  unsigned int from;
  unsigned int count;
  int direct;
  int firstTile;
};

__device__ __forceinline__ unsigned int mix(unsigned int v) {
  v = (v ^ (v >> 16)) * 0x85EBCA6Bu;
  v = (v ^ (v >> 13)) * 0xC2B2AE35u;
  return v ^ (v >> 16);
}

// The entry of an index, whose upper half is the index. Its lower half holds the first position seen of it so far, and in the end
// the first there is. It is looked at before it is changed, so rows of many lookups cost few atomics.
__device__ __forceinline__ unsigned int claim(word* entries, TableEntries table, int index, int position) {
  word own = (word)(unsigned int)index << 32 | (unsigned int)position;
  unsigned int at = table.direct ? (unsigned int)index : __umulhi(mix(index), table.count);
  while (true) {
    word* entry = &entries[table.from + at];
    word held = *(volatile word*)entry;
    if (held == EMPTY) {
      held = atomicCAS(entry, EMPTY, own);
      if (held == EMPTY) {
        return table.from + at;
      }
    }
    if (held >> 32 == (unsigned int)index) {
      if (own < held) {
        atomicMin(entry, own);
      }
      return table.from + at;
    }
    at = at + 1 == table.count ? 0 : at + 1;
  }
}

// uniqueOf[l] = entry of lookup l. A block a tile, as in the others.
extern "C" __global__ void __launch_bounds__(THREADS) claim_entries(
    const Tile* tiles, const TableEntries* tables, const int* indices, word* entries, int* uniqueOf) {
  Tile tile = tiles[blockIdx.x];
  TableEntries table = tables[tile.table];
  for (int r = 0; r < ITEMS; r++) {
    int i = r * THREADS + threadIdx.x;
    bool there = i < tile.count;
    int index = there ? indices[tile.from + i] : -1;
    unsigned int peers = __match_any_sync(ALL, index);
    int leader = __ffs(peers) - 1;
    unsigned int at = 0;
    if (there && (threadIdx.x & 31) == leader) {
      at = claim(entries, table, index, tile.from + i);
    }
    at = __shfl_sync(ALL, at, leader);
    if (there) {
      uniqueOf[tile.from + i + tile.shift] = at;
    }
  }
}

// A bit of firsts for each position that is the first of its row, TILE_WORDS words a tile; counts[tile] = how many.
extern "C" __global__ void __launch_bounds__(THREADS) mark_firsts(
    const Tile* tiles, const word* entries, const int* uniqueOf, unsigned int* firsts, int* counts) {
  __shared__ int scratch[WARPS];
  Tile tile = tiles[blockIdx.x];
  int lane = threadIdx.x & 31;
  int warp = threadIdx.x >> 5;
  int marked = 0;
#pragma unroll
  for (int r = 0; r < ITEMS; r++) {
    int i = r * THREADS + threadIdx.x;
    bool first = false;
    if (i < tile.count) {
      unsigned int at = uniqueOf[tile.from + i + tile.shift];
      first = (unsigned int)entries[at] == (unsigned int)(tile.from + i);
    }
    unsigned int bits = __ballot_sync(ALL, first);
    if (lane == 0) {
      firsts[(long)blockIdx.x * TILE_WORDS + r * WARPS + warp] = bits;
    }
    marked += __popc(bits);
  }
  if (lane == 0) {
    scratch[warp] = marked;
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    int all = 0;
    for (int w = 0; w < WARPS; w++) {
      all += scratch[w];
    }
    counts[blockIdx.x] = all;
  }
}

// tileStarts is counts once scanned: number of the first row that a tile numbers, and at the end how many rows there are.
extern "C" __global__ void start_tables(const TableEntries* tables, const int* tileStarts, const Found* to) {
  for (int t = threadIdx.x; t <= TABLES; t += blockDim.x) {
    to->tableStarts[t] = tileStarts[tables[t].firstTile];
  }
}

// Numbers the rows of marked positions; their entries now have numbers in their lower halves. groups[u] = group of unique row u.
extern "C" __global__ void __launch_bounds__(THREADS) number_rows(
    const Tile* tiles, const int* indices, const int* uniqueOf, const unsigned int* firsts, const int* tileStarts,
    const word* offsets, const int* groupOfTable, word* entries, int* groups, const Found* to) {
  __shared__ int scratch[WARPS];
  __shared__ int before[TILE_WORDS];
  Tile tile = tiles[blockIdx.x];
  int lane = threadIdx.x & 31;
  int warp = threadIdx.x >> 5;
  firsts += (long)blockIdx.x * TILE_WORDS;
  int all;
  int own = sumBefore<WARPS>(threadIdx.x < TILE_WORDS ? __popc(firsts[threadIdx.x]) : 0, scratch, &all);
  if (threadIdx.x < TILE_WORDS) {
    before[threadIdx.x] = tileStarts[blockIdx.x] + own;
  }
  __syncthreads();
#pragma unroll
  for (int r = 0; r < ITEMS; r++) {
    int i = r * THREADS + threadIdx.x;
    unsigned int bits = firsts[r * WARPS + warp];
    if (bits >> lane & 1) {
      int number = before[r * WARPS + warp] + __popc(bits & earlierLanes());
      word row = offsets[tile.table] + indices[tile.from + i];
      entries[(unsigned int)uniqueOf[tile.from + i + tile.shift]] = number;
      to->rows[number] = row;
      to->occurrences[number] = 0;
      if (GROUPS > 1) {
        groups[number] = groupOf(row, groupOfTable[tile.table]);
      }
    }
  }
}

// uniqueOf[l] = unique row of lookup l; counts the lookups of each row.
extern "C" __global__ void __launch_bounds__(THREADS) refer_lookups(
    const Tile* tiles, const word* entries, int* uniqueOf, const Found* to) {
  Tile tile = tiles[blockIdx.x];
  int* occurrences = to->occurrences;
#pragma unroll
  for (int r = 0; r < ITEMS; r++) {
    int i = r * THREADS + threadIdx.x;
    int number = -1;
    if (i < tile.count) {
      int l = tile.from + i + tile.shift;
      number = (int)(unsigned int)entries[(unsigned int)uniqueOf[l]];
      uniqueOf[l] = number;
    }
    count(occurrences, number);
  }
}

// The groups of this block's part of the unique rows.
__device__ __forceinline__ void loadGroups(const int* groups, int rows, int (&group)[PART_ITEMS]) {
#pragma unroll
  for (int r = 0; r < PART_ITEMS; r++) {
    long u = (long)blockIdx.x * PART + itemOf(r);
    group[r] = u < rows ? groups[u] : -1;
  }
}

extern "C" __global__ void __launch_bounds__(PART_THREADS) count_groups(const int* groups, const Found* found, int* counts) {
  extern __shared__ int shared[];
  int group[PART_ITEMS];
  loadGroups(groups, found->tableStarts[TABLES], group);
  countDigits(group, GROUPS, shared, counts);
}

// counts is scanned by group, and groupStarts is too.
extern "C" __global__ void __launch_bounds__(PART_THREADS) place_groups(const int* groups, const int* counts, const Found* found) {
  extern __shared__ int shared[];
  int group[PART_ITEMS];
  int place[PART_ITEMS];
  loadGroups(groups, found->tableStarts[TABLES], group);
  placeItems(group, GROUPS, shared, counts, found->groupStarts, place);
#pragma unroll
  for (int r = 0; r < PART_ITEMS; r++) {
    if (group[r] >= 0) {
      int u = blockIdx.x * PART + itemOf(r);
      found->groupRows[place[r]] = found->rows[u];
      found->groupOccurrences[place[r]] = found->occurrences[u];
      found->groupNumbers[place[r]] = u;
      found->places[u] = place[r];
    }
  }
}
