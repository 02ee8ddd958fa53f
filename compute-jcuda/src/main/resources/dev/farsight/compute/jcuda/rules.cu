// The rules that update weights and dense parameters, element by element; UpdateRule has the formulas. A rule comes as a compiler
// option that lists what Rule has, so kernels are compiled for it and it costs nothing to have others.
//
// ROW_RULE     the rule of rows                  ROW_STATES   floats of state that each weight of a row has, 0 to 2
// DENSE_RULE   the rule of dense parameters      DENSE_STATES   floats of state that each of them has

enum Kind { SGD, MOMENTUM, ADAGRAD, ROWWISE_ADAGRAD, ADAM, FTRL };

// beta1: the momentum, too.
struct Rule {
  Kind kind;
  float decay;
  float eps;
  float beta1;
  float beta2;
  bool nesterov;
  float beta;
  float l1;
  float l2;
};

// What changes from step to step. Adam's rate contains the correction of its first moment.
struct Pace {
  float rate;
  float rootFactor;
};

__device__ __forceinline__ float quotient(float dividend, float divisor) {
  return divisor == 0.f ? 0.f : dividend / divisor;
}

__device__ __forceinline__ float decayed(Rule rule, float w, float g) {
  return rule.decay == 0.f ? g : fmaf(rule.decay, w, g);
}

// Whether an element whose gradient is zero stays as it is, with its state.
__device__ __forceinline__ constexpr bool rests(Rule rule) {
  return (rule.kind == SGD || rule.kind == ADAGRAD) && rule.decay == 0.f;
}

__device__ __forceinline__ float byFtrl(Rule rule, float rate, float w, float g, float& z, float& n) {
  if (rate == 0.f) {
    return w;
  }
  float before = sqrtf(n);
  n = fmaf(g, g, n);
  float root = sqrtf(n);
  z += fmaf(-(root - before) / rate, w, g);
  if (fabsf(z) <= rule.l1) {
    return 0.f;
  }
  float slope = (rule.beta + root) / rate + rule.l2;
  return slope == 0.f ? w : (copysignf(rule.l1, z) - z) / slope;
}

// The weight w after its update by gradient g; its state is updated in place. Of sums of two products it says which one is
// rounded: rows of 16 bits and of float32 then come to the same bits.
__device__ __forceinline__ float updated(Rule rule, Pace pace, float w, float g, float& first, float& second) {
  g = rule.kind == FTRL ? g : decayed(rule, w, g);
  switch (rule.kind) {
    case MOMENTUM:
      first = fmaf(rule.beta1, first, g);
      return w - pace.rate * (rule.nesterov ? fmaf(rule.beta1, first, g) : first);
    case ADAGRAD:
      first += g * g;
      return w - quotient(pace.rate * g, sqrtf(first) + rule.eps);
    case ADAM:
      first = fmaf(rule.beta1, first, (1.f - rule.beta1) * g);
      second = fmaf(rule.beta2, second, (1.f - rule.beta2) * g * g);
      return w - quotient(pace.rate * first, fmaf(sqrtf(second), pace.rootFactor, rule.eps));
    case FTRL:
      return byFtrl(rule, pace.rate, w, g, first, second);
    default:
      return w - pace.rate * g;
  }
}
