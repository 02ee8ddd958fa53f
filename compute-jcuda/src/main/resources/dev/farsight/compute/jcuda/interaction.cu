// DLRM's dot interaction: of x and VECTORS - 1 others, DIM wide, all pairwise dot products. A block takes a sample at a time
// into shared memory: forward 4 * CLASSES * STRIDE + PAIRS floats of it, backward 4 * CLASSES * STRIDE + VECTORS * FACTORS +
// OUTPUTS. GATHER 1: the others are rows, read from their slots. GATHER 0: they are elements of a value.
//
// SLICE   dimensions that are in shared memory at once: DIM rounded up to a multiple of 4 where all fit, else a multiple of 32;
//         then dot products are added up slice by slice

#define QUADS (SLICE / 4)
// A stride of 16 banks modulo 32 keeps the four lanes that share a row and those of the next row apart.
#define STRIDE ((SLICE + 31) / 32 * 32 + 16)
#define CLASSES ((VECTORS + 3) / 4)
#define ITEMS (CLASSES * (CLASSES + 1) / 2 * 4)
// Backward: four groups of rows, each padded to whole quads.
#define GROUP CLASSES
#define GROUP_WIDE ((GROUP + 3) / 4 * 4)
#define FACTORS (4 * GROUP_WIDE)

// Dimensions [from, from + SLICE) of the vectors of sample s to shared memory. What lies beyond DIM is zero: it is written where
// there are several slices, and stays as it is where there is one.
__device__ __forceinline__ void fetch(
    float* vectors, const Input* in, const element* x, long ldx, const other* others, long ldo, long s, int samples, int from) {
#if DIM % 4 == 0
#pragma unroll 4
  for (int i = threadIdx.x; i < VECTORS * QUADS; i += THREADS) {
    int v = i / QUADS;
    int at = i % QUADS * 4;
    int d = from + at;
    float4 value;
    if (SLICE < DIM && d >= DIM) {
      value = make_float4(0.f, 0.f, 0.f, 0.f);
    } else if (v == 0) {
      value = load4(x + s * ldx + d);
    } else {
#if GATHER
      value = load4(others + slotOf(in, v, s, samples) * SLOT_STRIDE + d);
#else
      value = load4(others + s * ldo + (v - 1) * DIM + d);
#endif
    }
    store4(vectors + v * STRIDE + at, value);
  }
#else
  const int width = SLICE < DIM ? SLICE : DIM;
  for (int i = threadIdx.x; i < VECTORS * width; i += THREADS) {
    int v = i / width;
    int at = i % width;
    int d = from + at;
    float value;
    if (SLICE < DIM && d >= DIM) {
      value = 0.f;
    } else if (v == 0) {
      value = load(x + s * ldx + d);
    } else {
#if GATHER
      value = load(others + slotOf(in, v, s, samples) * SLOT_STRIDE + d);
#else
      value = load(others + s * ldo + (v - 1) * DIM + d);
#endif
    }
    vectors[v * STRIDE + at] = value;
  }
#endif
}

// Vectors i and j of a pair lie in classes i % CLASSES and j % CLASSES: an item is an unordered pair of classes and a quarter of
// the dimensions, so that a thread makes 16 dot products from 8 loads a quad.
extern "C" __global__ void __launch_bounds__(THREADS) interaction_forward(
    const Input* in, const element* x, long ldx, const other* others, long ldo, element* out, long ld) {
  extern __shared__ __align__(16) float vectors[];
  float* dots = vectors + 4 * CLASSES * STRIDE;
  for (int i = threadIdx.x; i < 4 * CLASSES * STRIDE; i += THREADS) {
    vectors[i] = 0.f;
  }
  int samples = in->samples;
  for (long s = blockIdx.x; s < BATCH; s += gridDim.x) {
    if (s >= samples) {
      for (int c = threadIdx.x; c < ld; c += THREADS) {
        store(out + s * ld + c, 0.f);
      }
      continue;
    }
    for (int from = 0; from < DIM; from += SLICE) {
      __syncthreads();
      fetch(vectors, in, x, ldx, others, ldo, s, samples, from);
      __syncthreads();
      for (int base = 0; base < ITEMS; base += THREADS) {
        int item = min(base + (int)threadIdx.x, ITEMS - 1);
        int quarter = item % 4;
        int a = 0;
        int rest = item / 4;
        while (rest >= CLASSES - a) {
          rest -= CLASSES - a;
          a++;
        }
        int b = a + rest;
        float sums[16];
#pragma unroll
        for (int k = 0; k < 16; k++) {
          sums[k] = 0.f;
        }
#pragma unroll 2
        for (int q = quarter; q < QUADS; q += 4) {
          float4 left[4];
          float4 right[4];
#pragma unroll
          for (int k = 0; k < 4; k++) {
            left[k] = load4(vectors + (a + k * CLASSES) * STRIDE + 4 * q);
            right[k] = load4(vectors + (b + k * CLASSES) * STRIDE + 4 * q);
          }
#pragma unroll
          for (int k = 0; k < 16; k++) {
            float4 l = left[k / 4];
            float4 r = right[k % 4];
            sums[k] += l.x * r.x + l.y * r.y + l.z * r.z + l.w * r.w;
          }
        }
#pragma unroll
        for (int k = 0; k < 16; k++) {
          sums[k] += __shfl_xor_sync(0xffffffffu, sums[k], 1);
          sums[k] += __shfl_xor_sync(0xffffffffu, sums[k], 2);
        }
        if (base + threadIdx.x < ITEMS) {
#pragma unroll
          for (int k = 0; k < 16; k++) {
            int i = a + k / 4 * CLASSES;
            int j = b + k % 4 * CLASSES;
            // Of two vectors of one class both orders come up; where slices are added up, one counts.
            bool counts = SLICE < DIM && a == b ? i < j : i != j;
            if (quarter == k / 4 && counts && i < VECTORS && j < VECTORS) {
              float* dot = dots + pairAt(min(i, j), max(i, j));
              *dot = from == 0 ? sums[k] : *dot + sums[k];
            }
          }
        }
      }
#if SLICE < DIM
      for (int c = threadIdx.x; c < SLICE && from + c < DIM; c += THREADS) {
        store(out + s * ld + from + c, vectors[c]);
      }
#endif
    }
    __syncthreads();
#if SLICE < DIM
    for (int c = DIM + threadIdx.x; c < ld; c += THREADS) {
      store(out + s * ld + c, c < OUTPUTS ? dots[c - DIM] : 0.f);
    }
#else
    for (int c = threadIdx.x; c < ld; c += THREADS) {
      store(out + s * ld + c, c < DIM ? vectors[c] : c < OUTPUTS ? dots[c - DIM] : 0.f);
    }
#endif
  }
}

// dv_i = sum over j of g_ij v_j; x also gets the first DIM of g. A thread makes a quad of GROUP vectors.
extern "C" __global__ void __launch_bounds__(THREADS) interaction_backward(
    const Input* in, const element* x, long ldx, const other* others, long ldo, const element* g, long ld,
    element* dx, long addDx, element* dOthers, long ldd, long addOthers) {
  extern __shared__ __align__(16) float vectors[];
  float* factors = vectors + 4 * CLASSES * STRIDE;
  float* own = factors + VECTORS * FACTORS;
  for (int i = threadIdx.x; i < 4 * CLASSES * STRIDE; i += THREADS) {
    vectors[i] = 0.f;
  }
  for (int i = threadIdx.x; i < VECTORS * FACTORS; i += THREADS) {
    factors[i] = 0.f;
  }
  Team team = {(int)threadIdx.x, THREADS};
  Gradients to = {dx, ldx, addDx, dOthers, ldd, addOthers};
  int samples = in->samples;
  for (long s = blockIdx.x; s < BATCH; s += gridDim.x) {
    if (s >= samples) {
      clearFrom(team, to, s, 0, 0);
      continue;
    }
    for (int from = 0; from < DIM; from += SLICE) {
      __syncthreads();
      fetch(vectors, in, x, ldx, others, ldo, s, samples, from);
      if (from == 0) {
        for (int c = threadIdx.x; c < OUTPUTS; c += THREADS) {
          own[c] = load(g + s * ld + c);
        }
        __syncthreads();
        for (int k = threadIdx.x; k < VECTORS * VECTORS; k += THREADS) {
          int i = k / VECTORS;
          int j = k % VECTORS;
          if (i != j) {
            factors[j * FACTORS + i / GROUP * GROUP_WIDE + i % GROUP] = own[DIM + pairAt(min(i, j), max(i, j))];
          }
        }
      }
      __syncthreads();
      for (int item = threadIdx.x; item < 4 * QUADS; item += THREADS) {
        int group = item / QUADS;
        int q = item % QUADS;
        float4 sums[GROUP];
#pragma unroll
        for (int r = 0; r < GROUP; r++) {
          sums[r] = make_float4(0.f, 0.f, 0.f, 0.f);
        }
#pragma unroll 3
        for (int j = 0; j < VECTORS; j++) {
          float4 v = load4(vectors + j * STRIDE + 4 * q);
#pragma unroll
          for (int r = 0; r < GROUP; r++) {
            float f = factors[j * FACTORS + group * GROUP_WIDE + r];
            sums[r].x += f * v.x;
            sums[r].y += f * v.y;
            sums[r].z += f * v.z;
            sums[r].w += f * v.w;
          }
        }
#pragma unroll
        for (int r = 0; r < GROUP; r++) {
          int i = group * GROUP + r;
          float4 sum = sums[r];
#if DIM % 4 == 0
          int d = from + 4 * q;
          if (SLICE < DIM && d >= DIM) {
            continue;
          }
          if (i == 0 && dx) {
            sum = sum + make_float4(own[d], own[d + 1], own[d + 2], own[d + 3]);
            element* at = dx + s * ldx + d;
            store4(at, addDx ? load4(at) + sum : sum);
          }
          if (i > 0 && i < VECTORS && dOthers) {
            element* at = dOthers + s * ldd + (i - 1) * DIM + d;
            store4(at, addOthers ? load4(at) + sum : sum);
          }
#else
          float parts[4] = {sum.x, sum.y, sum.z, sum.w};
#pragma unroll
          for (int k = 0; k < 4; k++) {
            int d = from + 4 * q + k;
            if (d < DIM && i == 0 && dx) {
              element* at = dx + s * ldx + d;
              store(at, parts[k] + own[d] + (addDx ? load(at) : 0.f));
            }
            if (d < DIM && i > 0 && i < VECTORS && dOthers) {
              element* at = dOthers + s * ldd + (i - 1) * DIM + d;
              store(at, parts[k] + (addOthers ? load(at) : 0.f));
            }
          }
#endif
        }
      }
    }
    clearFrom(team, to, s, DIM, (VECTORS - 1) * DIM);
  }
}
