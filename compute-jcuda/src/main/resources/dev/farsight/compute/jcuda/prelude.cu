// What all kernels share. Needs no header. Constants come as compiler options; every kernel argument is 8 bytes.
//
// BATCH      samples of a full batch          BF16   1: values of the dense part are bfloat16, else float
//
// element    type of values and their gradients; everything is computed in float
//
// Bag f * samples + s is feature f's of sample s, with samples those of the batch, not of a full one; where all features are
// one-hot it is also the number of the lookup. But rowLookups has f * BATCH + s for each lookup of that bag, so that finding
// feature and sample takes no division by a number that is known late.

// The batch of a step, as the device sees it: written by the host before each step, but for weightSum, which sum_weights
// writes. Same order as DeviceInput. weights is null where samples have none.
//
// offsets, lookupStarts, lookupWeights, rowFactors and rowPlaces are null where kernels read rows from their slots:
//
// offsets[f * (BATCH + 1) + s]  first lookup of sample s among those of feature f; filled for bags only
// lookupStarts[f]               number of the first lookup of feature f; [features] is lookups
// lookupWeights[l]              weight of lookup l; null if no lookup has one
//
// and, in the order of rowLookups, written on the device by the order of lookups:
//
// rowFactors[k]                 weight of the lookup, by the lookups of its bag where those are averaged; null if all are 1
// rowPlaces[k]                  position of the lookup in its bag; null unless some feature takes the largest values
//
// With rows of 16 bits that learn, else null or 0:
//
// rowIds[u]                     row id of unique row u
// roundingKey                   from it and the row id comes the key of a row's rounding
// hostSaturated                 how many weights became the largest number
//
// dropoutKey                    from it, the op and the sample comes the key of what a dropout drops
//
// Where several ranks share a step, RANKS is how many they are, else 0. The fields that follow then are RowExchange's, with
//
// ownedIds                      null unless updates of rows need them
// arrivals[u]                   where unique row u arrives; uniqueSlots then has where kernels find it, see place_rows
// sequence                      how many steps and evaluations this rank was given, this one included
// gatherStarts                  of gradients of replicated rows: positions among all that arrive, so [0] is sendStarts[RANKS]
#ifndef RANKS
#define RANKS 0
#endif

struct Input {
  const float* dense;
  const float* labels;
  const int* uniqueOf;
  const int* uniqueSlots;
  const int* rowStarts;
  int* rowLookups;
  float* hostLoss;
  float* hostLogits;
  const float* weights;
  double weightSum;
  int samples;
  int uniqueRows;
  float rowLearningRate;
  float denseLearningRate;
  const int* offsets;
  const int* lookupStarts;
  const float* lookupWeights;
  float* rowFactors;
  int* rowPlaces;
  const unsigned long long* rowIds;
  unsigned long long roundingKey;
  int* hostSaturated;
  unsigned long long dropoutKey;
  int lookups;
  float rowRootFactor;
  float denseRootFactor;
#if RANKS
  const int* sendRows;
  const int* ownedSlots;
  const int* gradientStarts;
  const int* gradients;
  const unsigned long long* ownedIds;
  const int* arrivals;
  double divisor;
  unsigned long long firstSample;
  unsigned long long sequence;
  int ownedRows;
  int keptRows;
  int askedStarts[RANKS + 1];
  int sendStarts[RANKS + 1];
  int gatherStarts[RANKS + 1];
#endif
};

__device__ __forceinline__ float load(const float* p) { return *p; }
__device__ __forceinline__ void store(float* p, float v) { *p = v; }
__device__ __forceinline__ float4 load4(const float* p) { return *reinterpret_cast<const float4*>(p); }
__device__ __forceinline__ void store4(float* p, float4 v) { *reinterpret_cast<float4*>(p) = v; }

#if BF16
typedef unsigned short element;

__device__ __forceinline__ float widen(unsigned int bits) { return __uint_as_float(bits << 16); }
__device__ __forceinline__ unsigned short narrow(float v) {
  unsigned short bits;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(v));
  return bits;
}
__device__ __forceinline__ float load(const element* p) { return widen(*p); }
__device__ __forceinline__ void store(element* p, float v) { *p = narrow(v); }
__device__ __forceinline__ float4 load4(const element* p) {
  uint2 raw = *reinterpret_cast<const uint2*>(p);
  return make_float4(widen(raw.x & 0xffffu), widen(raw.x >> 16), widen(raw.y & 0xffffu), widen(raw.y >> 16));
}
__device__ __forceinline__ void store4(element* p, float4 v) {
  uint2 raw;
  raw.x = narrow(v.x) | (unsigned int)narrow(v.y) << 16;
  raw.y = narrow(v.z) | (unsigned int)narrow(v.w) << 16;
  *reinterpret_cast<uint2*>(p) = raw;
}
#else
typedef float element;
#endif

// A value that is float (wide) or an element: one, or four that are aligned.
__device__ __forceinline__ float loadAny(const void* p, long i, long wide) {
  return wide ? static_cast<const float*>(p)[i] : load(static_cast<const element*>(p) + i);
}
__device__ __forceinline__ float4 load4Any(const void* p, long i, long wide) {
  return wide ? load4(static_cast<const float*>(p) + i) : load4(static_cast<const element*>(p) + i);
}
__device__ __forceinline__ void storeAny(void* p, long i, float v, long wide) {
  if (wide) {
    static_cast<float*>(p)[i] = v;
  } else {
    store(static_cast<element*>(p) + i, v);
  }
}
__device__ __forceinline__ void storeAny(void* p, long i, float4 v, long wide) {
  if (wide) {
    store4(static_cast<float*>(p) + i, v);
  } else {
    store4(static_cast<element*>(p) + i, v);
  }
}

__device__ __forceinline__ float4 operator+(float4 a, float4 b) {
  return make_float4(a.x + b.x, a.y + b.y, a.z + b.z, a.w + b.w);
}
__device__ __forceinline__ float4 operator-(float4 a, float4 b) {
  return make_float4(a.x - b.x, a.y - b.y, a.z - b.z, a.w - b.w);
}
__device__ __forceinline__ float4 operator*(float4 a, float4 b) {
  return make_float4(a.x * b.x, a.y * b.y, a.z * b.z, a.w * b.w);
}
__device__ __forceinline__ float4 allOf(float v) { return make_float4(v, v, v, v); }

__device__ __forceinline__ bool finite(float v) { return fabsf(v) <= 3.402823466e38f; }
