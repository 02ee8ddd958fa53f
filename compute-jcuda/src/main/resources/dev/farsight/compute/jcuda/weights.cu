// Weights of rows as their slots hold them: float32, or 16 bits, which are widened where they are read. HalfPrecision defines how
// they are rounded.
//
// DIM      weights of a row
// HALVES   0: float32   1: bfloat16   2: IEEE's binary16

#if HALVES
struct weight {
  unsigned short bits;
};

// Words of a row's weights, padded with zeros; weights from a slot to the next.
#define WEIGHT_WORDS ((DIM + 1) / 2)
#define SLOT_STRIDE (2 * WEIGHT_WORDS)

#define LARGEST_HALF (HALVES == 1 ? 0x7F7Fu : 0x7BFFu)

__device__ __forceinline__ float widened(unsigned int bits) {
#if HALVES == 1
  return __uint_as_float(bits << 16);
#else
  float value;
  asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"((unsigned short)bits));
  return value;
#endif
}

__device__ __forceinline__ float load(const weight* p) { return widened(p->bits); }
__device__ __forceinline__ float4 load4(const weight* p) {
  uint2 raw = *reinterpret_cast<const uint2*>(p);
  return make_float4(widened(raw.x & 0xffffu), widened(raw.x >> 16), widened(raw.y & 0xffffu), widened(raw.y >> 16));
}

__device__ __forceinline__ unsigned int magnitudeOf(float value) { return __float_as_uint(value) & 0x7FFFFFFFu; }

// With the sign of a weight; NaN stays NaN, and what is larger than the largest number becomes that.
__device__ __forceinline__ weight halfOf(float value, unsigned int half) {
  unsigned int sign = __float_as_uint(value) >> 16 & 0x8000u;
  unsigned int nan = HALVES == 1 ? 0x7FC0u : 0x7E00u;
  return {(unsigned short)(sign | (magnitudeOf(value) > 0x7F800000u ? nan : min(half, LARGEST_HALF)))};
}

// A number without sign, from the bits of a float32 to which something was added: cuts off those that are too many.
__device__ __forceinline__ unsigned int cut(unsigned int magnitude) {
#if HALVES == 1
  return magnitude >> 16;
#else
  return magnitude >= 0x47800000u ? LARGEST_HALF + 1 : (magnitude >> 13) - (112u << 10);
#endif
}

// Whether a weight is less than the smallest normal number; its bits then are its value in units of 2^-24.
__device__ __forceinline__ bool subnormal(float value) { return HALVES == 2 && magnitudeOf(value) < 0x38800000u; }
__device__ __forceinline__ float unitsOf(float value) { return __fmul_rn(fabsf(value), 16777216.f); }

__device__ __forceinline__ weight nearest(float value) {
  if (subnormal(value)) {
    return halfOf(value, (unsigned int)__float2int_rn(unitsOf(value)));
  }
  constexpr unsigned int lost = HALVES == 1 ? 16 : 13;
  unsigned int magnitude = magnitudeOf(value);
  return halfOf(value, cut(magnitude + (1u << (lost - 1)) - 1 + (magnitude >> lost & 1)));
}

__device__ __forceinline__ weight stochastic(float value, unsigned int random) {
  if (subnormal(value)) {
    float units = unitsOf(value);
    unsigned int floor = (unsigned int)units;
    float rest = __fmul_rn(__fsub_rn(units, (float)floor), 16777216.f);
    return halfOf(value, rest > (float)(random >> 8) ? floor + 1 : floor);
  }
  return halfOf(value, cut(magnitudeOf(value) + (random >> (HALVES == 1 ? 16 : 19))));
}

// Whether a weight is larger than what it was rounded to, the largest number.
__device__ __forceinline__ bool saturates(float value, weight half) {
  return (half.bits & 0x7FFFu) == LARGEST_HALF && fabsf(value) > widened(LARGEST_HALF);
}
#else
typedef float weight;

#define WEIGHT_WORDS DIM
#define SLOT_STRIDE DIM
#endif
