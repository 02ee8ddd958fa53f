package dev.farsight.compute.jcuda;

import dev.farsight.api.FarsightException;
import java.util.Locale;

/** Compiles kernels for one GPU. */
final class KernelCompiler {

  private final Nvrtc nvrtc;
  private final KernelCache cache;
  private final String target;

  KernelCompiler(Nvrtc nvrtc, KernelCache cache, String gpu, int capability) {
    this.nvrtc = nvrtc;
    this.cache = cache;
    this.target = target(nvrtc.capabilities(), nvrtc.version(), gpu, capability);
  }

  /** Machine code where the compiler knows the GPU, else PTX, which the driver finishes. */
  static String target(int[] known, String version, String gpu, int capability) {
    int best = 0;
    for (int candidate : known) {
      if (candidate <= capability) {
        best = candidate;
      }
    }
    if (best == 0) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s of compute capability %d.%d is too old for NVRTC %s, which begins at %d.%d; install CUDA 12's NVRTC, or use compute.backend = nd4j-cuda",
              gpu,
              capability / 10,
              capability % 10,
              version,
              known[0] / 10,
              known[0] % 10));
    }
    return (best == capability ? "sm_" : "compute_") + best;
  }

  byte[] compile(KernelSource source) {
    String key =
        String.join("\n", source.text(), source.options().toString(), target, nvrtc.version());
    return cache.get(
        key, () -> nvrtc.compile(source.name(), source.text(), target, source.options()));
  }
}
