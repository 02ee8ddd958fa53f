// Dense parameters lie one after the other: first those whose gradient a matrix product wrote, then those whose gradient is
// still to be added up from the tiles' sums. Their state has as many floats for each of its parts. What pads them is zero and has
// no gradient, so it stays zero by every rule. copy: the same as elements, for matrix products in bfloat16; else null.

//
// Where several ranks share a step, each adds up its tiles' sums behind the products' gradients; the update adds up those of
// all ranks in their order, where they lie.

#if RANKS
extern "C" __global__ void sum_columns(float* gradients, long products, const float* partial, long columns) {
  for (long c = blockIdx.x * (long)blockDim.x + threadIdx.x; c < columns; c += (long)gridDim.x * blockDim.x) {
    float g = 0.f;
#pragma unroll 32
    for (int t = 0; t < TILES; t++) {
      g += partial[t * columns + c];
    }
    gradients[products + c] = g;
  }
}

extern "C" __global__ void update_parameters(
    const Input* in, const int* halted, float* values, float* state, element* copy, const Routes* routes, long total) {
#else
extern "C" __global__ void update_parameters(
    const Input* in, const int* halted, float* values, float* state, element* copy,
    const float* gradients, long products, const float* partial, long columns) {
  long total = products + columns;
#endif
  if (*halted) {
    return;
  }
  constexpr Rule rule = {DENSE_RULE};
  Pace pace = {in->denseLearningRate, in->denseRootFactor};
  for (long i = blockIdx.x * (long)blockDim.x + threadIdx.x; i < total; i += (long)gridDim.x * blockDim.x) {
#if RANKS
    float g = routes->dense[0][i];
#pragma unroll
    for (int r = 1; r < RANKS; r++) {
      g += routes->dense[r][i];
    }
#else
    float g = 0.f;
    if (i < products) {
      g = gradients[i];
    } else {
#pragma unroll 8
      for (int t = 0; t < TILES; t++) {
        g += partial[t * columns + i - products];
      }
    }
#endif
    if (!rests(rule) || g != 0.f) {
      float held[2];
#pragma unroll
      for (int k = 0; k < DENSE_STATES; k++) {
        held[k] = state[k * total + i];
      }
      float value = updated(rule, pace, values[i], g, held[0], held[1]);
#pragma unroll
      for (int k = 0; k < DENSE_STATES; k++) {
        state[k * total + i] = held[k];
      }
      values[i] = value;
#if BF16
      store(copy + i, value);
#endif
    }
  }
}

extern "C" __global__ void copy_parameters(const float* values, element* copy, long count) {
  for (long i = blockIdx.x * (long)blockDim.x + threadIdx.x; i < count; i += (long)gridDim.x * blockDim.x) {
    store(copy + i, values[i]);
  }
}
