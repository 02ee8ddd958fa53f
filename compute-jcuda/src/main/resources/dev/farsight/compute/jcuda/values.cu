// Values that are copied: the batch's dense features, concatenations. Columns beyond a value's width are zero, as are the samples
// beyond the batch's.

extern "C" __global__ void dense_forward(const Input* in, element* out, long ld) {
  long total = BATCH * ld;
  int samples = in->samples;
  for (long i = blockIdx.x * (long)blockDim.x + threadIdx.x; i < total; i += (long)gridDim.x * blockDim.x) {
    long s = i / ld;
    int c = i % ld;
    store(out + i, s < samples && c < DENSE ? in->dense[s * DENSE + c] : 0.f);
  }
}

// What kernels share that take a sample by a warp: columns of a sample one by one (V is float) or in fours (V is float4).

__device__ __forceinline__ long warpNumber() { return blockIdx.x * (long)(blockDim.x / 32) + threadIdx.x / 32; }
__device__ __forceinline__ long warpCount() { return gridDim.x * (long)(blockDim.x / 32); }

template <typename V>
__device__ __forceinline__ constexpr int columnsOf() { return sizeof(V) / sizeof(float); }

template <typename V>
__device__ __forceinline__ V loadAs(const void* p, long i, long wide);
template <>
__device__ __forceinline__ float loadAs<float>(const void* p, long i, long wide) { return loadAny(p, i, wide); }
template <>
__device__ __forceinline__ float4 loadAs<float4>(const void* p, long i, long wide) { return load4Any(p, i, wide); }

// Delivers a gradient: added to what others delivered before, where add is set.
template <typename V>
__device__ __forceinline__ void deliver(void* to, long i, V v, long wide, long add) {
  storeAny(to, i, add ? loadAs<V>(to, i, wide) + v : v, wide);
}

// Zero in the columns from c on that lie beyond the width.
__device__ __forceinline__ float4 within(float4 v, long c, long width) {
  return make_float4(c < width ? v.x : 0.f, c + 1 < width ? v.y : 0.f, c + 2 < width ? v.z : 0.f, c + 3 < width ? v.w : 0.f);
}

// The sum over all lanes, the same bits in each.
__device__ __forceinline__ float sumOfLanes(float v) {
  for (int other = 16; other > 0; other /= 2) {
    v += __shfl_xor_sync(0xffffffffu, v, other);
  }
  return v;
}

__device__ __forceinline__ float total(float4 v) { return v.x + v.y + v.z + v.w; }

template <typename V>
__device__ __forceinline__ void copyColumns(
    const void* from, long fromLd, long fromAt, long fromWide,
    void* to, long toLd, long toAt, long toWide, long width, long columns, long add) {
  int lane = threadIdx.x % 32;
  for (long s = warpNumber(); s < BATCH; s += warpCount()) {
#pragma unroll 4
    for (long c = columnsOf<V>() * lane; c < columns; c += columnsOf<V>() * 32) {
      V value = c < width ? loadAs<V>(from, s * fromLd + fromAt + c, fromWide) : V();
      deliver(to, s * toLd + toAt + c, value, toWide, add);
    }
  }
}

// Columns [fromAt, fromAt + width) of one matrix to [toAt, toAt + columns) of another; zero beyond width; added where add is set.
extern "C" __global__ void copy_columns(
    const void* from, long fromLd, long fromAt, long fromWide,
    void* to, long toLd, long toAt, long toWide, long width, long columns, long add) {
  if ((fromAt | toAt | width | columns) % 4 == 0) {
    copyColumns<float4>(from, fromLd, fromAt, fromWide, to, toLd, toAt, toWide, width, columns, add);
  } else {
    copyColumns<float>(from, fromLd, fromAt, fromWide, to, toLd, toAt, toWide, width, columns, add);
  }
}
