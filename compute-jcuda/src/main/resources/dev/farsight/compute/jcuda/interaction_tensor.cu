// The interaction of interaction.cu by tensor cores, its operands rounded to TF32: the same arguments and results. A warp takes
// a sample at a time and reads its vectors into registers just as the matrix instructions want them, 16 bytes a thread, so warps
// wait for nothing but memory. Vectors beyond VECTORS and dimensions beyond DIM are zero.
//
// A matrix instruction multiplies 16 by 8 with 8 by 8; of a 32-thread warp, thread l holds rows l / 4 and l / 4 + 8 of the left
// matrix and of the result, and column l / 4 of the right one. Which dimension stands for which row or column of a product is
// free, as long as both operands agree.

#define WARPS (THREADS / 32)
#define ROW_TILES ((VECTORS + 15) / 16)
#define TILES_OF_8 ((VECTORS + 7) / 8)
// So that many blocks fit on a multiprocessor at once; with more vectors registers would not do.
#define BLOCKS (TILES_OF_8 <= 4 ? 4 * 128 / THREADS : 1)
#define UP4(n) (((n) + 3) / 4 * 4)

__device__ __forceinline__ float rounded(float v) {
  unsigned int bits;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(v));
  return __uint_as_float(bits);
}

// d += a b, of 16 by 8 and 8 by 8.
__device__ __forceinline__ void multiply(float* d, const float* a, const float* b) {
  asm("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(__float_as_uint(a[0])), "r"(__float_as_uint(a[1])), "r"(__float_as_uint(a[2])), "r"(__float_as_uint(a[3])),
        "r"(__float_as_uint(b[0])), "r"(__float_as_uint(b[1])));
}

// Slots of a sample's rows, a thread's share: asked for a sample ahead.
#define SHARE ((VECTORS + 30) / 32)

__device__ __forceinline__ void ask(int* share, const Input* in, long s, int samples, int lane) {
#if GATHER
#pragma unroll
  for (int k = 0; k < SHARE; k++) {
    int v = 1 + lane + 32 * k;
    share[k] = v < VECTORS && s < samples ? (int)slotOf(in, v, s, samples) : 0;
  }
#endif
}

__device__ __forceinline__ void tell(int* slots, const int* share, int lane) {
#if GATHER
#pragma unroll
  for (int k = 0; k < SHARE; k++) {
    int v = 1 + lane + 32 * k;
    if (v < VECTORS) {
      slots[v] = share[k];
    }
  }
#endif
}

// The vectors of one sample.
struct Vectors {
  const element* x;
  const other* others;
  const int* slots;
};

// Four dimensions from d on of vector v, rounded.
__device__ __forceinline__ float4 quad(Vectors of, int v, int d) {
  float4 value = make_float4(0.f, 0.f, 0.f, 0.f);
  if (v < VECTORS && d < DIM) {
#if GATHER
    const other* row = of.others + (v == 0 ? 0 : (long)of.slots[v] * SLOT_STRIDE);
#else
    const other* row = of.others + (v == 0 ? 0 : (v - 1) * DIM);
#endif
#if DIM % 4 == 0
    value = v == 0 ? load4(of.x + d) : load4(row + d);
#else
    float part[4];
#pragma unroll
    for (int k = 0; k < 4; k++) {
      part[k] = d + k >= DIM ? 0.f : v == 0 ? load(of.x + d + k) : load(row + d + k);
    }
    value = make_float4(part[0], part[1], part[2], part[3]);
#endif
  }
  return make_float4(rounded(value.x), rounded(value.y), rounded(value.z), rounded(value.w));
}

// All products of two vectors at once, sixteen dimensions at a time: a thread reads a quad of each of its vectors and uses it as
// two columns each of two steps, for both operands alike.
extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS) interaction_forward(
    const Input* in, const element* x, long ldx, const other* others, long ldo, element* out, long ld) {
  extern __shared__ __align__(16) float shared[];
  __shared__ int slots[WARPS][VECTORS];
  int lane = threadIdx.x % 32;
  int warp = threadIdx.x / 32;
  float* dots = shared + warp * UP4(PAIRS);
  int samples = in->samples;
  long stride = gridDim.x * WARPS;
  int share[SHARE];
  long first = blockIdx.x * WARPS + warp;
  ask(share, in, first, samples, lane);
  for (long s = first; s < BATCH; s += stride) {
    if (s >= samples) {
      clearColumns({lane, 32}, out + s * ld, 0, ld);
      continue;
    }
    tell(slots[warp], share, lane);
    __syncwarp();
    ask(share, in, s + stride, samples, lane);
    Vectors vectors = {x + s * ldx, GATHER ? others : others + s * ldo, slots[warp]};
    float sums[ROW_TILES][TILES_OF_8][4];
#pragma unroll
    for (int m = 0; m < ROW_TILES; m++) {
#pragma unroll
      for (int n = 0; n < TILES_OF_8; n++) {
#pragma unroll
        for (int k = 0; k < 4; k++) {
          sums[m][n][k] = 0.f;
        }
      }
    }
#pragma unroll 2
    for (int base = 0; base < DIM; base += 16) {
      float4 own[TILES_OF_8 + 1];
      own[TILES_OF_8] = make_float4(0.f, 0.f, 0.f, 0.f);
#pragma unroll
      for (int n = 0; n < TILES_OF_8; n++) {
        own[n] = quad(vectors, 8 * n + lane / 4, base + lane % 4 * 4);
      }
#pragma unroll
      for (int m = 0; m < ROW_TILES; m++) {
        float4 upper = own[2 * m];
        float4 lower = own[2 * m + 1];
        float one[4] = {upper.x, lower.x, upper.y, lower.y};
        float two[4] = {upper.z, lower.z, upper.w, lower.w};
#pragma unroll
        for (int n = 2 * m; n < TILES_OF_8; n++) {
          float firstTwo[2] = {own[n].x, own[n].y};
          float lastTwo[2] = {own[n].z, own[n].w};
          multiply(sums[m][n], one, firstTwo);
          multiply(sums[m][n], two, lastTwo);
        }
      }
    }
#pragma unroll
    for (int m = 0; m < ROW_TILES; m++) {
#pragma unroll
      for (int n = 2 * m; n < TILES_OF_8; n++) {
#pragma unroll
        for (int k = 0; k < 4; k++) {
          int i = 16 * m + lane / 4 + k / 2 * 8;
          int j = 8 * n + lane % 4 * 2 + k % 2;
          if (i < j && j < VECTORS) {
            dots[pairAt(i, j)] = sums[m][n][k];
          }
        }
      }
    }
    __syncwarp();
    // The width of a value is a multiple of 8.
    for (int c = 4 * lane; c < ld; c += 128) {
      float part[4];
#pragma unroll
      for (int k = 0; k < 4; k++) {
        int at = c + k;
        part[k] = at < DIM ? load(vectors.x + at) : at < OUTPUTS ? dots[at - DIM] : 0.f;
      }
      store4(out + s * ld + c, make_float4(part[0], part[1], part[2], part[3]));
    }
    __syncwarp();
  }
}

// Factors at once: those of all vectors where they fit in registers, else of sixteen.
#define GROUP (TILES_OF_8 <= 4 ? ROW_TILES : 1)
#define ZERO_AT UP4(OUTPUTS)

// Delivers four dimensions from d on, which are read once, and late: they should not drive rows out of the cache.
__device__ __forceinline__ void deliver(element* to, int d, float4 sum, long add) {
  if (d >= DIM) {
    return;
  }
#if DIM % 4 == 0
  if (add) {
    sum = sum + load4(to + d);
  }
#if BF16
  uint2 raw;
  raw.x = narrow(sum.x) | (unsigned int)narrow(sum.y) << 16;
  raw.y = narrow(sum.z) | (unsigned int)narrow(sum.w) << 16;
  __stcs(reinterpret_cast<uint2*>(to + d), raw);
#else
  __stcs(reinterpret_cast<float4*>(to + d), sum);
#endif
#else
  float part[4] = {sum.x, sum.y, sum.z, sum.w};
#pragma unroll
  for (int k = 0; k < 4; k++) {
    if (d + k < DIM) {
      store(to + d + k, part[k] + (add ? load(to + d + k) : 0.f));
    }
  }
#endif
}

// The symmetric matrix of g, its diagonal zero, times the vectors, 32 dimensions at a time: column c of tile q is dimension
// 4 (c / 2) + 16 (c % 2) + q, so that threads read and deliver quads, and neighbours neighbouring ones. x also gets the first
// DIM of g.
extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS) interaction_backward(
    const Input* in, const element* x, long ldx, const other* others, long ldo, const element* g, long ld,
    element* dx, long addDx, element* dOthers, long ldd, long addOthers) {
  extern __shared__ __align__(16) float shared[];
  __shared__ int slots[WARPS][VECTORS];
  int lane = threadIdx.x % 32;
  int warp = threadIdx.x / 32;
  float* own = shared + warp * (ZERO_AT + 4);
  if (lane == 0) {
    own[ZERO_AT] = 0.f;
  }
  Team team = {lane, 32};
  Gradients to = {dx, ldx, addDx, dOthers, ldd, addOthers};
  int samples = in->samples;
  long stride = gridDim.x * WARPS;
  int share[SHARE];
  long first = blockIdx.x * WARPS + warp;
  ask(share, in, first, samples, lane);
  for (long s = first; s < BATCH; s += stride) {
    if (s >= samples) {
      clearFrom(team, to, s, 0, 0);
      continue;
    }
    tell(slots[warp], share, lane);
    for (int c = 4 * lane; c < OUTPUTS; c += 128) {
      store4(own + c, load4(g + s * ld + c));
    }
    __syncwarp();
    ask(share, in, s + stride, samples, lane);
    Vectors vectors = {x + s * ldx, GATHER ? others : others + s * ldo, slots[warp]};
#pragma unroll 1
    for (int group = 0; group < ROW_TILES; group += GROUP) {
      float factors[GROUP][TILES_OF_8][4];
#pragma unroll
      for (int m = 0; m < GROUP; m++) {
#pragma unroll
        for (int step = 0; step < TILES_OF_8; step++) {
#pragma unroll
          for (int k = 0; k < 4; k++) {
            int i = 16 * (group + m) + lane / 4 + k % 2 * 8;
            int j = 8 * step + lane % 4 + k / 2 * 4;
            bool real = i != j && i < VECTORS && j < VECTORS;
            factors[m][step][k] = rounded(own[real ? DIM + pairAt(min(i, j), max(i, j)) : ZERO_AT]);
          }
        }
      }
#pragma unroll 1
      for (int base = 0; base < DIM; base += 32) {
        int d = base + lane / 8 * 4 + lane / 4 % 2 * 16;
        float sums[GROUP][4][4];
#pragma unroll
        for (int m = 0; m < GROUP; m++) {
#pragma unroll
          for (int k = 0; k < 16; k++) {
            sums[m][k / 4][k % 4] = 0.f;
          }
        }
#pragma unroll
        for (int step = 0; step < TILES_OF_8; step++) {
          float4 upper = quad(vectors, 8 * step + lane % 4, d);
          float4 lower = quad(vectors, 8 * step + 4 + lane % 4, d);
          float b[4][2] = {{upper.x, lower.x}, {upper.y, lower.y}, {upper.z, lower.z}, {upper.w, lower.w}};
#pragma unroll
          for (int m = 0; m < GROUP; m++) {
#pragma unroll
            for (int q = 0; q < 4; q++) {
              multiply(sums[m][q], factors[m][step], b[q]);
            }
          }
        }
#pragma unroll
        for (int m = 0; m < GROUP; m++) {
#pragma unroll
          for (int k = 0; k < 4; k++) {
            int i = 16 * (group + m) + lane / 4 + k / 2 * 8;
            int d = base + lane % 4 * 4 + k % 2 * 16;
            float4 sum = make_float4(sums[m][0][k], sums[m][1][k], sums[m][2][k], sums[m][3][k]);
            if (i == 0 && d < DIM && dx) {
              sum = sum + make_float4(own[d], own[d + 1], own[d + 2], own[d + 3]);
              deliver(dx + s * ldx, d, sum, addDx);
            }
            if (i > 0 && i < VECTORS && dOthers) {
              deliver(dOthers + s * ldd + (i - 1) * DIM, d, sum, addOthers);
            }
          }
        }
      }
    }
    clearFrom(team, to, s, DIM, (VECTORS - 1) * DIM);
    __syncwarp();
  }
}
