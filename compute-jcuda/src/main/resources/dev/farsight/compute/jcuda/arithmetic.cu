// Arithmetic between values. Values of one shape have one ld, so they are flat arrays of fours.

// to = a + b + c + d, in this order; all but a may be null. Any of them may be to.
extern "C" __global__ void add_values(
    const void* a, long aWide, const void* b, long bWide, const void* c, long cWide, const void* d, long dWide,
    void* to, long toWide, long fours) {
  for (long i = blockIdx.x * (long)blockDim.x + threadIdx.x; i < fours; i += (long)gridDim.x * blockDim.x) {
    float4 sum = load4Any(a, 4 * i, aWide);
    if (b) {
      sum = sum + load4Any(b, 4 * i, bWide);
    }
    if (c) {
      sum = sum + load4Any(c, 4 * i, cWide);
    }
    if (d) {
      sum = sum + load4Any(d, 4 * i, dWide);
    }
    storeAny(to, 4 * i, sum, toWide);
  }
}

// to = a * b, added to it where add is set.
extern "C" __global__ void multiply_values(
    const void* a, long aWide, const void* b, long bWide, void* to, long toWide, long add, long fours) {
  for (long i = blockIdx.x * (long)blockDim.x + threadIdx.x; i < fours; i += (long)gridDim.x * blockDim.x) {
    deliver(to, 4 * i, load4Any(a, 4 * i, aWide) * load4Any(b, 4 * i, bWide), toWide, add);
  }
}

// The sum of a sample's values.
extern "C" __global__ void sum_forward(const void* x, long ldx, long xWide, void* y, long ldy, long yWide) {
  int lane = threadIdx.x % 32;
  for (long s = warpNumber(); s < BATCH; s += warpCount()) {
    float sum = 0.f;
    for (long c = 4 * lane; c < ldx; c += 128) {
      sum += total(load4Any(x, s * ldx + c, xWide));
    }
    sum = sumOfLanes(sum);
    if (lane == 0) {
      storeAny(y, s * ldy, sum, yWide);
    }
  }
}

extern "C" __global__ void sum_backward(
    const void* g, long ldg, long gWide, void* dx, long ldx, long dxWide, long add, long width) {
  int lane = threadIdx.x % 32;
  for (long s = warpNumber(); s < BATCH; s += warpCount()) {
    float4 gradient = allOf(loadAny(g, s * ldg, gWide));
    for (long c = 4 * lane; c < ldx; c += 128) {
      deliver(dx, s * ldx + c, within(gradient, c, width), dxWide, add);
    }
  }
}

// Elements [from, from + part) of each vector of `vector` elements; there are `size` of them in all.
template <typename V>
__device__ __forceinline__ void sliceForward(
    const void* x, long ldx, long xWide, int vector, int from, int part, int size, void* y, long ldy, long yWide) {
  for (long s = warpNumber(); s < BATCH; s += warpCount()) {
    for (int c = columnsOf<V>() * (threadIdx.x % 32); c < ldy; c += columnsOf<V>() * 32) {
      int source = c / part * vector + from + c % part;
      storeAny(y, s * ldy + c, c < size ? loadAs<V>(x, s * ldx + source, xWide) : V(), yWide);
    }
  }
}

extern "C" __global__ void slice_forward(
    const void* x, long ldx, long xWide, long vector, long from, long part, long size, void* y, long ldy, long yWide) {
  if ((vector | from | part) % 4 == 0) {
    sliceForward<float4>(x, ldx, xWide, vector, from, part, size, y, ldy, yWide);
  } else {
    sliceForward<float>(x, ldx, xWide, vector, from, part, size, y, ldy, yWide);
  }
}

// size: of all vectors of x. What is not in the slice gets zero, unless others are added to.
template <typename V>
__device__ __forceinline__ void sliceBackward(
    const void* g, long ldg, long gWide, int vector, int from, int part, int size, void* dx, long ldx, long dxWide, long add) {
  for (long s = warpNumber(); s < BATCH; s += warpCount()) {
    for (int c = columnsOf<V>() * (threadIdx.x % 32); c < ldx; c += columnsOf<V>() * 32) {
      int at = c % vector - from;
      if (c < size && at >= 0 && at < part) {
        V gradient = loadAs<V>(g, s * ldg + c / vector * part + at, gWide);
        deliver(dx, s * ldx + c, gradient, dxWide, add);
      } else if (!add) {
        storeAny(dx, s * ldx + c, V(), dxWide);
      }
    }
  }
}

extern "C" __global__ void slice_backward(
    const void* g, long ldg, long gWide, long vector, long from, long part, long size, void* dx, long ldx, long dxWide, long add) {
  if ((vector | from | part) % 4 == 0) {
    sliceBackward<float4>(g, ldg, gWide, vector, from, part, size, dx, ldx, dxWide, add);
  } else {
    sliceBackward<float>(g, ldg, gWide, vector, from, part, size, dx, ldx, dxWide, add);
  }
}
