// Dropout: what is dropped is recomputed in the backward. The bits are those of CounterRandom, by step, op, sample and element.

// CounterRandom.key(key, counter)
__device__ __forceinline__ unsigned long long dropoutKey(unsigned long long key, unsigned long long counter) {
  unsigned long long z = key + 0x9E3779B97F4A7C15ull * (counter + 1);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

// Whether an element is dropped: CounterRandom.bits(key, element) >>> 8 is below the threshold.
__device__ __forceinline__ bool dropped(unsigned long long key, unsigned int element, unsigned int threshold) {
  unsigned int h = ((unsigned int)key + element * 0x9E3779B9u) ^ (unsigned int)(key >> 32);
  h = (h ^ (h >> 16)) * 0x85EBCA6Bu;
  h = (h ^ (h >> 13)) * 0xC2B2AE35u;
  h ^= h >> 16;
  return h >> 8 < threshold;
}

// Values forward, gradients backward: zero what is dropped, multiply the others. op: the number of the dropout on the tape.
extern "C" __global__ void drop_values(
    const Input* in, const void* from, long fromWide, void* to, long toWide, long add, long ld, long width,
    long op, long threshold, double factor) {
  int lane = threadIdx.x % 32;
  unsigned int below = threshold;
  float kept = factor;
  unsigned long long opKey = dropoutKey(in->dropoutKey, op);
  for (long s = warpNumber(); s < BATCH; s += warpCount()) {
    unsigned long long key = dropoutKey(opKey, s);
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
