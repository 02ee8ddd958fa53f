// Dense parameters lie one after the other: first those whose gradient a matrix product wrote, then those whose gradient is
// still to be added up from the tiles' sums. copy: the same as elements, for matrix products in bfloat16; else null.

extern "C" __global__ void update_parameters(
    const Input* in, const int* halted, float* values, float* state, element* copy,
    const float* gradients, long products, const float* partial, long columns) {
  if (*halted) {
    return;
  }
  float rate = in->denseLearningRate;
  long total = products + columns;
  for (long i = blockIdx.x * (long)blockDim.x + threadIdx.x; i < total; i += (long)gridDim.x * blockDim.x) {
    float g = 0.f;
    if (i < products) {
      g = gradients[i];
    } else {
#pragma unroll 8
      for (int t = 0; t < TILES; t++) {
        g += partial[t * columns + i - products];
      }
    }
    if (g != 0.f) {
#if ADAGRAD
      float sum = state[i] + g * g;
      state[i] = sum;
      float value = values[i] - rate * g / (sqrtf(sum) + EPS);
#else
      float value = values[i] - rate * g;
#endif
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
