// Mean binary cross-entropy, in double. A block sums 256 samples in a tree, one thread adds the blocks' sums in order.
//
// WEIGHTED   1: samples have weights w, and the mean is sum(w loss) / sum(w)

#define SAMPLES_A_BLOCK 256

#if WEIGHTED && !RANKS
// The sum of the batch's weights: a thread adds every 256th, a block adds the threads' sums in a tree.
extern "C" __global__ void sum_weights(Input* in) {
  __shared__ double sums[SAMPLES_A_BLOCK];
  double sum = 0;
  for (int s = threadIdx.x; s < in->samples; s += SAMPLES_A_BLOCK) {
    sum += in->weights[s];
  }
  sums[threadIdx.x] = sum;
  for (int half = SAMPLES_A_BLOCK / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half) {
      sums[threadIdx.x] += sums[threadIdx.x + half];
    }
  }
  if (threadIdx.x == 0) {
    in->weightSum = sums[0];
  }
}
#endif

// What sums over samples are divided by.
__device__ __forceinline__ double divisor(const Input* in) {
#if RANKS
  return in->divisor;
#elif WEIGHTED
  return in->weightSum;
#else
  return in->samples;
#endif
}

// Also the gradient of the logits, where dz is not null: zero for samples beyond the batch's.
extern "C" __global__ void loss_forward(
    const Input* in, const void* z, long wide, long ld, void* dz, double* sums) {
  __shared__ double terms[SAMPLES_A_BLOCK];
  long s = (long)blockIdx.x * SAMPLES_A_BLOCK + threadIdx.x;
  int samples = in->samples;
  double term = 0;
  double gradient = 0;
  if (s < samples) {
    double logit = loadAny(z, s * ld, wide);
    double label = in->labels[s];
    double e = exp(-fabs(logit));
    // Not fmax, which would hide that a logit is no number.
    term = (logit < 0 ? 0 : logit) - logit * label + log1p(e);
    gradient = (logit < 0 ? e : 1.0) / (1.0 + e) - label;
#if WEIGHTED
    term *= in->weights[s];
    gradient *= in->weights[s];
#endif
    gradient /= divisor(in);
  }
  if (dz && s < BATCH) {
    for (long c = 0; c < ld; c++) {
      storeAny(dz, s * ld + c, c == 0 ? (float)gradient : 0.f, wide);
    }
  }
  terms[threadIdx.x] = term;
  for (int half = SAMPLES_A_BLOCK / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half) {
      terms[threadIdx.x] += terms[threadIdx.x + half];
    }
  }
  if (threadIdx.x == 0) {
    sums[blockIdx.x] = terms[0];
  }
}

// The loss to the host. Where halted is not null, a loss that is not finite sets it: until it is cleared, no kernel updates anything.
extern "C" __global__ void loss_finish(const Input* in, const double* sums, int* halted) {
  double sum = 0;
  for (int b = 0; b * SAMPLES_A_BLOCK < in->samples; b++) {
    sum += sums[b];
  }
  float loss = (float)(sum / divisor(in));
  if (halted && !finite(loss)) {
    *halted = 1;
  }
  *in->hostLoss = loss;
}

extern "C" __global__ void logits_out(const Input* in, const void* z, long wide, long ld) {
  for (int s = blockIdx.x * blockDim.x + threadIdx.x; s < in->samples; s += gridDim.x * blockDim.x) {
    in->hostLogits[s] = loadAny(z, s * ld, wide);
  }
}
