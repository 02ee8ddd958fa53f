// The interaction of interaction.cu by tensor cores, its operands rounded to TF32: the same arguments and results. A block takes
// a sample at a time. Shared memory, in floats: forward ROWS * FORWARD_STRIDE + PAIRS, backward ROWS * BACKWARD_STRIDE +
// ROWS * FACTOR_STRIDE + OUTPUTS. Vectors beyond VECTORS and dimensions beyond DIM are zero.

#define ROWS ((VECTORS + 15) / 16 * 16)
#define ROW_TILES (ROWS / 16)
#define COLUMN_TILES ((VECTORS + 7) / 8)
#define DIM_TILES ((DIM + 7) / 8)
#define CHUNKS ((DIM + 15) / 16)
// Strides modulo 32 banks that keep a quarter warp's quads, or a warp's words, apart.
#define FORWARD_STRIDE ((DIM + 31) / 32 * 32 + 16)
#define BACKWARD_STRIDE ((DIM + 31) / 32 * 32 + 8)
#define FACTOR_STRIDE ((ROWS + 31) / 32 * 32 + 4)

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

// Two elements that are read once, and late: they should not drive rows out of the cache.
__device__ __forceinline__ void store2(element* p, float a, float b) {
#if BF16
  __stcs(reinterpret_cast<unsigned int*>(p), narrow(a) | (unsigned int)narrow(b) << 16);
#else
  __stcs(reinterpret_cast<float2*>(p), make_float2(a, b));
#endif
}

// Slots of a sample's rows, a thread's share: asked for a sample ahead.
#define SHARE ((VECTORS + THREADS - 2) / THREADS)

__device__ __forceinline__ void ask(int* share, const Input* in, long s, int samples) {
#if GATHER
#pragma unroll
  for (int k = 0; k < SHARE; k++) {
    int v = 1 + threadIdx.x + k * THREADS;
    share[k] = v < VECTORS && s < samples ? slotOf(in, v, s) : 0;
  }
#endif
}

__device__ __forceinline__ void tell(int* slots, const int* share) {
#if GATHER
#pragma unroll
  for (int k = 0; k < SHARE; k++) {
    int v = 1 + threadIdx.x + k * THREADS;
    if (v < VECTORS) {
      slots[v] = share[k];
    }
  }
#endif
}

// The vectors of sample s to shared memory, rounded. slots: of its rows, by vector.
__device__ __forceinline__ void fetch(
    float* vectors, int stride, const int* slots, const element* x, long ldx, const other* others, long ldo, long s) {
#if DIM % 4 == 0
#pragma unroll
  for (int base = 0; base < VECTORS * DIM / 4; base += THREADS) {
    int i = base + threadIdx.x;
    if (i < VECTORS * DIM / 4) {
      int v = i / (DIM / 4);
      int d = i % (DIM / 4) * 4;
      float4 value;
      if (v == 0) {
        value = load4(x + s * ldx + d);
      } else {
#if GATHER
        value = load4(others + (long)slots[v] * DIM + d);
#else
        value = load4(others + s * ldo + (v - 1) * DIM + d);
#endif
      }
      store4(
          vectors + v * stride + d,
          make_float4(rounded(value.x), rounded(value.y), rounded(value.z), rounded(value.w)));
    }
  }
#else
  for (int i = threadIdx.x; i < VECTORS * DIM; i += THREADS) {
    int v = i / DIM;
    int d = i % DIM;
    float value;
    if (v == 0) {
      value = load(x + s * ldx + d);
    } else {
#if GATHER
      value = others[(long)slots[v] * DIM + d];
#else
      value = load(others + s * ldo + (v - 1) * DIM + d);
#endif
    }
    vectors[v * stride + d] = rounded(value);
  }
#endif
}

// A warp makes the products of eight vectors with those before them. Sixteen dimensions at once: a thread reads a quad of a
// vector and uses it as two columns each of two steps, for both operands alike.
extern "C" __global__ void __launch_bounds__(THREADS, 7) interaction_forward(
    const Input* in, const element* x, long ldx, const other* others, long ldo, element* out, long ld) {
  extern __shared__ __align__(16) float vectors[];
  __shared__ int slots[VECTORS];
  float* dots = vectors + ROWS * FORWARD_STRIDE;
  for (int i = threadIdx.x; i < ROWS * FORWARD_STRIDE; i += THREADS) {
    vectors[i] = 0.f;
  }
  int lane = threadIdx.x % 32;
  int warp = threadIdx.x / 32;
  int samples = in->samples;
  int share[SHARE];
  ask(share, in, blockIdx.x, samples);
  for (long s = blockIdx.x; s < BATCH; s += gridDim.x) {
    if (s >= samples) {
      for (int c = threadIdx.x; c < ld; c += THREADS) {
        store(out + s * ld + c, 0.f);
      }
      continue;
    }
    tell(slots, share);
    __syncthreads();
    ask(share, in, s + gridDim.x, samples);
    fetch(vectors, FORWARD_STRIDE, slots, x, ldx, others, ldo, s);
    __syncthreads();
    for (int tile = warp; tile < COLUMN_TILES; tile += THREADS / 32) {
      float sums[ROW_TILES][4];
#pragma unroll
      for (int m = 0; m < ROW_TILES; m++) {
#pragma unroll
        for (int k = 0; k < 4; k++) {
          sums[m][k] = 0.f;
        }
      }
      const float* right = vectors + (8 * tile + lane / 4) * FORWARD_STRIDE + lane % 4 * 4;
      const float* left = vectors + lane / 4 * FORWARD_STRIDE + lane % 4 * 4;
#pragma unroll 4
      for (int chunk = 0; chunk < CHUNKS; chunk++) {
        float4 b = load4(right + 16 * chunk);
        float first[2] = {b.x, b.y};
        float second[2] = {b.z, b.w};
#pragma unroll
        for (int m = 0; m < ROW_TILES; m++) {
          if (16 * m < 8 * tile + 7) {
            float4 upper = load4(left + 16 * m * FORWARD_STRIDE + 16 * chunk);
            float4 lower = load4(left + (16 * m + 8) * FORWARD_STRIDE + 16 * chunk);
            float one[4] = {upper.x, lower.x, upper.y, lower.y};
            float two[4] = {upper.z, lower.z, upper.w, lower.w};
            multiply(sums[m], one, first);
            multiply(sums[m], two, second);
          }
        }
      }
#pragma unroll
      for (int m = 0; m < ROW_TILES; m++) {
#pragma unroll
        for (int k = 0; k < 4; k++) {
          int i = 16 * m + lane / 4 + k / 2 * 8;
          int j = 8 * tile + lane % 4 * 2 + k % 2;
          if (i < j && j < VECTORS) {
            dots[pairAt(i, j)] = sums[m][k];
          }
        }
      }
    }
    __syncthreads();
    for (int c = threadIdx.x; c < ld; c += THREADS) {
      store(out + s * ld + c, c < DIM ? load(x + s * ldx + c) : c < OUTPUTS ? dots[c - DIM] : 0.f);
    }
  }
}

// The symmetric matrix of g, its diagonal zero, times the vectors: a warp makes eight dimensions of all vectors at once.
extern "C" __global__ void __launch_bounds__(THREADS, 7) interaction_backward(
    const Input* in, const element* x, long ldx, const other* others, long ldo, const element* g, long ld,
    element* dx, long addDx, element* dOthers, long ldd, long addOthers) {
  extern __shared__ __align__(16) float vectors[];
  __shared__ int slots[VECTORS];
  float* factors = vectors + ROWS * BACKWARD_STRIDE;
  float* own = factors + ROWS * FACTOR_STRIDE;
  for (int i = threadIdx.x; i < ROWS * BACKWARD_STRIDE; i += THREADS) {
    vectors[i] = 0.f;
  }
  for (int i = threadIdx.x; i < ROWS * FACTOR_STRIDE; i += THREADS) {
    factors[i] = 0.f;
  }
  int lane = threadIdx.x % 32;
  int warp = threadIdx.x / 32;
  int samples = in->samples;
  int share[SHARE];
  ask(share, in, blockIdx.x, samples);
  for (long s = blockIdx.x; s < BATCH; s += gridDim.x) {
    if (s >= samples) {
      clearSample(s, dx, ldx, addDx, dOthers, ldd, addOthers);
      continue;
    }
    tell(slots, share);
    __syncthreads();
    ask(share, in, s + gridDim.x, samples);
    for (int c = threadIdx.x; c < OUTPUTS; c += THREADS) {
      own[c] = load(g + s * ld + c);
    }
    fetch(vectors, BACKWARD_STRIDE, slots, x, ldx, others, ldo, s);
    __syncthreads();
    for (int k = threadIdx.x; k < VECTORS * VECTORS; k += THREADS) {
      int i = k / VECTORS;
      int j = k % VECTORS;
      if (i != j) {
        factors[i * FACTOR_STRIDE + j] = rounded(own[DIM + pairAt(min(i, j), max(i, j))]);
      }
    }
    __syncthreads();
    for (int tile = warp; tile < DIM_TILES; tile += THREADS / 32) {
      float sums[ROW_TILES][4];
#pragma unroll
      for (int m = 0; m < ROW_TILES; m++) {
#pragma unroll
        for (int k = 0; k < 4; k++) {
          sums[m][k] = 0.f;
        }
      }
#pragma unroll
      for (int step = 0; step < COLUMN_TILES; step++) {
        const float* from = vectors + (8 * step + lane % 4) * BACKWARD_STRIDE + 8 * tile + lane / 4;
        float b[2] = {from[0], from[4 * BACKWARD_STRIDE]};
#pragma unroll
        for (int m = 0; m < ROW_TILES; m++) {
          const float* row = factors + (16 * m + lane / 4) * FACTOR_STRIDE + 8 * step + lane % 4;
          float a[4] = {row[0], row[8 * FACTOR_STRIDE], row[4], row[8 * FACTOR_STRIDE + 4]};
          multiply(sums[m], a, b);
        }
      }
#pragma unroll
      for (int m = 0; m < ROW_TILES; m++) {
#pragma unroll
        for (int k = 0; k < 4; k += 2) {
          int i = 16 * m + lane / 4 + k / 2 * 8;
          int d = 8 * tile + lane % 4 * 2;
#if DIM % 2 == 0
          if (i > 0 && i < VECTORS && d < DIM && dOthers) {
            element* to = dOthers + s * ldd + (i - 1) * DIM + d;
            if (addOthers) {
              store2(to, sums[m][k] + load(to), sums[m][k + 1] + load(to + 1));
            } else {
              store2(to, sums[m][k], sums[m][k + 1]);
            }
          }
#else
#pragma unroll
          for (int one = 0; one < 2; one++) {
            if (i > 0 && i < VECTORS && d + one < DIM && dOthers) {
              element* to = dOthers + s * ldd + (i - 1) * DIM + d + one;
              store(to, sums[m][k + one] + (addOthers ? load(to) : 0.f));
            }
          }
#endif
          if (i == 0 && dx) {
#pragma unroll
            for (int one = 0; one < 2; one++) {
              if (d + one < DIM) {
                element* to = dx + s * ldx + d + one;
                store(to, sums[m][k + one] + own[d + one] + (addDx ? load(to) : 0.f));
              }
            }
          }
        }
      }
    }
    clearTails(s, dx, ldx, addDx, dOthers, ldd, addOthers);
  }
}
