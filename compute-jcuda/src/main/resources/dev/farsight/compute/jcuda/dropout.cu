// Dropout: what is dropped is recomputed in the backward. The bits are those of CounterRandom, by step, op, sample and element.

// Whether an element is dropped.
__device__ __forceinline__ bool dropped(unsigned long long key, unsigned int element, unsigned int threshold) {
  return randomBits(key, element) >> 8 < threshold;
}

// Values forward, gradients backward: zero what is dropped, multiply the others. op: the number of the dropout on the tape.
extern "C" __global__ void drop_values(
    const Input* in, const void* from, long fromWide, void* to, long toWide, long add, long ld, long width,
    long op, long threshold, double factor) {
  int lane = threadIdx.x % 32;
  unsigned int below = threshold;
  float kept = factor;
  unsigned long long opKey = keyBelow(in->dropoutKey, op);
  for (long s = warpNumber(); s < BATCH; s += warpCount()) {
#if RANKS
    unsigned long long key = keyBelow(opKey, in->firstSample + s);
#else
    unsigned long long key = keyBelow(opKey, s);
#endif
    for (long c = 4 * lane; c < ld; c += 128) {
      unsigned int e = c;
      float4 v = load4Any(from, s * ld + c, fromWide) * allOf(kept);
      v.x = dropped(key, e, below) ? 0.f : v.x;
      v.y = dropped(key, e + 1, below) ? 0.f : v.y;
      v.z = dropped(key, e + 2, below) ? 0.f : v.z;
      v.w = dropped(key, e + 3, below) ? 0.f : v.w;
      deliver(to, s * ld + c, within(v, c, width), toWide, add);
    }
  }
}
