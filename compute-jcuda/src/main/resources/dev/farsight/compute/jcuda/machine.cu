// The second order of factorization machines: the sum of v_i * v_j over all i < j, element by element. A lane has some elements
// of all vectors, one after the other.

// Each vector is multiplied with the sum of those before it: unlike half of the squared sum minus the sum of squares, which is
// the same and as much work, it loses nothing where these nearly cancel.
template <typename V>
__device__ __forceinline__ void machineForward(
    const void* x, long ldx, long xWide, int features, int width, void* y, long ldy, long yWide) {
  for (long s = warpNumber(); s < BATCH; s += warpCount()) {
    for (int c = columnsOf<V>() * (threadIdx.x % 32); c < ldy; c += columnsOf<V>() * 32) {
      V sum = V();
      V pairs = V();
      if (c < width) {
#pragma unroll 4
        for (int f = 0; f < features; f++) {
          V v = loadAs<V>(x, s * ldx + (long)f * width + c, xWide);
          pairs = pairs + v * sum;
          sum = sum + v;
        }
      }
      storeAny(y, s * ldy + c, pairs, yWide);
    }
  }
}

extern "C" __global__ void machine_forward(
    const void* x, long ldx, long xWide, long features, long width, void* y, long ldy, long yWide) {
  if (width % 4 == 0) {
    machineForward<float4>(x, ldx, xWide, features, width, y, ldy, yWide);
  } else {
    machineForward<float>(x, ldx, xWide, features, width, y, ldy, yWide);
  }
}

// The gradient of a vector is that of the output times the sum of all others.
template <typename V>
__device__ __forceinline__ void machineBackward(
    const void* x, long ldx, long xWide, int features, int width, const void* g, long ldg, long gWide,
    void* dx, long dxWide, long add) {
  int lane = threadIdx.x % 32;
  for (long s = warpNumber(); s < BATCH; s += warpCount()) {
    for (int c = columnsOf<V>() * lane; c < width; c += columnsOf<V>() * 32) {
      V sum = V();
#pragma unroll 4
      for (int f = 0; f < features; f++) {
        sum = sum + loadAs<V>(x, s * ldx + (long)f * width + c, xWide);
      }
      V gradient = loadAs<V>(g, s * ldg + c, gWide);
#pragma unroll 4
      for (int f = 0; f < features; f++) {
        long at = s * ldx + (long)f * width + c;
        deliver(dx, at, gradient * (sum - loadAs<V>(x, at, xWide)), dxWide, add);
      }
    }
    if (!add) {
      for (long c = (long)features * width + lane; c < ldx; c += 32) {
        storeAny(dx, s * ldx + c, 0.f, dxWide);
      }
    }
  }
}

extern "C" __global__ void machine_backward(
    const void* x, long ldx, long xWide, long features, long width, const void* g, long ldg, long gWide,
    void* dx, long dxWide, long add) {
  if (width % 4 == 0) {
    machineBackward<float4>(x, ldx, xWide, features, width, g, ldg, gWide, dx, dxWide, add);
  } else {
    machineBackward<float>(x, ldx, xWide, features, width, g, ldg, gWide, dx, dxWide, add);
  }
}
