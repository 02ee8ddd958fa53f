// The rows of one-hot features as a value, for models that do not only cross them. Columns beyond a value's width are zero, as
// are the samples beyond the batch's.

extern "C" __global__ void bag_forward(const Input* in, const weight* weights, element* out, long ld) {
  long total = BATCH * ld;
  int samples = in->samples;
  for (long i = blockIdx.x * (long)blockDim.x + threadIdx.x; i < total; i += (long)gridDim.x * blockDim.x) {
    long s = i / ld;
    int c = i % ld;
    float value = 0.f;
    if (s < samples && c < FEATURES * DIM) {
      long slot = in->uniqueSlots[in->uniqueOf[(long)(c / DIM) * samples + s]];
      value = load(weights + slot * SLOT_STRIDE + c % DIM);
    }
    store(out + i, value);
  }
}
