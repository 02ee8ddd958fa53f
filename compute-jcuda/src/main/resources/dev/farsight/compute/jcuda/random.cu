// Counter-based random bits: what CounterRandom and InitialRows define, for all kernels that draw.

__device__ __forceinline__ unsigned long long mix64(unsigned long long z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

__device__ __forceinline__ unsigned int mix32(unsigned int h) {
  h = (h ^ (h >> 16)) * 0x85EBCA6Bu;
  h = (h ^ (h >> 13)) * 0xC2B2AE35u;
  return h ^ (h >> 16);
}

// The key for one value of a counter, below another key.
__device__ __forceinline__ unsigned long long keyBelow(unsigned long long key, unsigned long long counter) {
  return mix64(key + 0x9E3779B97F4A7C15ull * (counter + 1));
}

// 32 random bits for an element.
__device__ __forceinline__ unsigned int randomBits(unsigned long long key, unsigned int element) {
  return mix32(((unsigned int)key + element * 0x9E3779B9u) ^ (unsigned int)(key >> 32));
}
