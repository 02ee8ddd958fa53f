// The rows of one-hot features as a value, for models that do not only cross them. Columns beyond a value's width are zero, as
// are the samples beyond the batch's.

extern "C" __global__ void bag_forward(const Input* in, const weight* weights, element* out, long ld) {
  constexpr int parts = DIM / WIDTH;
  long total = (long)BATCH * FEATURES * parts;
  int samples = in->samples;
  for (long i = blockIdx.x * (long)blockDim.x + threadIdx.x; i < total; i += (long)gridDim.x * blockDim.x) {
    int at = i % parts;
    long s = i / parts / FEATURES;
    int f = i / parts % FEATURES;
    Part part = {};
    if (s < samples) {
      long slot = in->uniqueSlots[in->uniqueOf[(long)f * samples + s]];
      part = loadPart(weights + slot * SLOT_STRIDE, at);
    }
    storePart(out + s * ld + f * DIM, at, part);
#if FEATURES * DIM % 8 != 0
    if (f == FEATURES - 1 && at == parts - 1) {
      for (int c = FEATURES * DIM; c < ld; c++) {
        store(out + s * ld + c, 0.f);
      }
    }
#endif
  }
}
