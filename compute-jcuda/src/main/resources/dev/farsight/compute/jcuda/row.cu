// A row spread over a warp: what kernels that sum and update rows share.

#if DIM % 4 == 0
#define WIDTH 4
#else
#define WIDTH 1
#endif
#define PARTS ((DIM / WIDTH + 31) / 32)
// Rows that are under way at once: 8 parts a lane.
#define ROWS_AHEAD (PARTS < 8 ? 8 / PARTS : 1)

struct __align__(4 * WIDTH) Part {
  float v[WIDTH];
};

#if HALVES
// A part as slots hold it.
struct __align__(2 * WIDTH) Halves {
  weight v[WIDTH];
};
#endif

// Lane l holds parts l, l + 32, ...
struct Row {
  Part part[PARTS];
};

__device__ __forceinline__ Part loadPart(const float* from, int at) { return reinterpret_cast<const Part*>(from)[at]; }
__device__ __forceinline__ void storePart(float* to, int at, Part part) { reinterpret_cast<Part*>(to)[at] = part; }

#if BF16 || HALVES
// Of elements or weights that are not floats.
template <typename T>
__device__ __forceinline__ Part loadPart(const T* from, int at) {
  Part part;
#if WIDTH == 4
  float4 four = load4(from + 4 * at);
  part.v[0] = four.x;
  part.v[1] = four.y;
  part.v[2] = four.z;
  part.v[3] = four.w;
#else
  part.v[0] = load(from + at);
#endif
  return part;
}
#endif

#if BF16
__device__ __forceinline__ void storePart(element* to, int at, Part part) {
#if WIDTH == 4
  store4(to + 4 * at, make_float4(part.v[0], part.v[1], part.v[2], part.v[3]));
#else
  store(to + at, part.v[0]);
#endif
}
#endif

__device__ __forceinline__ void clear(Row& row) {
#pragma unroll
  for (int p = 0; p < PARTS; p++) {
#pragma unroll
    for (int k = 0; k < WIDTH; k++) {
      row.part[p].v[k] = 0.f;
    }
  }
}

// Parts that a lane does not hold are zero.
template <typename T>
__device__ __forceinline__ void read(Row& row, const T* from, int lane) {
  clear(row);
#pragma unroll
  for (int p = 0; p < PARTS; p++) {
    int at = lane + 32 * p;
    if (at < DIM / WIDTH) {
      row.part[p] = loadPart(from, at);
    }
  }
}

template <typename T>
__device__ __forceinline__ void write(const Row& row, T* to, int lane) {
#pragma unroll
  for (int p = 0; p < PARTS; p++) {
    int at = lane + 32 * p;
    if (at < DIM / WIDTH) {
      storePart(to, at, row.part[p]);
    }
  }
}

template <typename T>
__device__ __forceinline__ void add(Row& row, const T* from, int lane) {
#pragma unroll
  for (int p = 0; p < PARTS; p++) {
    int at = lane + 32 * p;
    if (at < DIM / WIDTH) {
      Part part = loadPart(from, at);
#pragma unroll
      for (int k = 0; k < WIDTH; k++) {
        row.part[p].v[k] += part.v[k];
      }
    }
  }
}

__device__ __forceinline__ void scale(Row& row, float factor) {
#pragma unroll
  for (int p = 0; p < PARTS; p++) {
#pragma unroll
    for (int k = 0; k < WIDTH; k++) {
      row.part[p].v[k] *= factor;
    }
  }
}

// The sum of the squares of a row, the same bits in every lane.
__device__ __forceinline__ float squares(const Row& row) {
  float sum = 0.f;
#pragma unroll
  for (int p = 0; p < PARTS; p++) {
#pragma unroll
    for (int k = 0; k < WIDTH; k++) {
      sum += row.part[p].v[k] * row.part[p].v[k];
    }
  }
  for (int other = 16; other > 0; other /= 2) {
    sum += __shfl_xor_sync(0xffffffffu, sum, other);
  }
  return sum;
}
