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

// Columns [fromAt, fromAt + width) of one matrix to [toAt, toAt + columns) of another; zero beyond width; added where add is set.
extern "C" __global__ void copy_columns(
    const void* from, long fromLd, long fromAt, long fromWide,
    void* to, long toLd, long toAt, long toWide, long width, long columns, long add) {
  long total = BATCH * columns;
  for (long i = blockIdx.x * (long)blockDim.x + threadIdx.x; i < total; i += (long)gridDim.x * blockDim.x) {
    long s = i / columns;
    long c = i % columns;
    float value = c < width ? loadAny(from, s * fromLd + fromAt + c, fromWide) : 0.f;
    long at = s * toLd + toAt + c;
    storeAny(to, at, add ? loadAny(to, at, toWide) + value : value, toWide);
  }
}
