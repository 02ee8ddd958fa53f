package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Chooses OpenBLAS's kernels. OpenBLAS chooses by CPU model when its library is loaded, and takes
 * SSE3 kernels for models newer than itself; the instructions that the CPU has are the better
 * guide. Its own override is an environment variable, so the choice must be made before the library
 * is loaded.
 */
final class BlasKernels {

  static final String VARIABLE = "OPENBLAS_CORETYPE";

  private static final Path CPU = Path.of("/proc/cpuinfo");
  private static final Set<String> AVX512 =
      Set.of("avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl");
  private static final Set<String> AVX2 = Set.of("avx2", "fma");

  private BlasKernels() {}

  /**
   * @param setting {@code auto}, {@code openblas} or the name of a kernel set
   * @return the kernel set; null if OpenBLAS chooses it
   */
  static String select(String setting) {
    String variable = System.getenv(VARIABLE);
    if (setting.equals("openblas") || variable != null) {
      return variable;
    }
    String kernels = setting.equals("auto") ? fitting(cpuInfo()) : setting;
    if (kernels != null && LibC.CALLS.setenv(VARIABLE, kernels, 1) != 0) {
      throw new FarsightException("the C library refused to set " + VARIABLE + "=" + kernels);
    }
    return kernels;
  }

  /**
   * Whether a kernel set computes all rows of a product {@code c[m][n]} in the same way, with m a
   * multiple of 64. Measured with OpenBLAS 0.3.19: AVX-512 kernels do; AVX2 kernels take 12 rows
   * at a time, and round the first 6 otherwise than the last 6.
   *
   * @param kernels the kernel set; null if it is unknown
   */
  static boolean rowsAlike(String kernels) {
    return "SkylakeX".equals(kernels);
  }

  /** The kernel set for a CPU, from the text of /proc/cpuinfo; null leaves it to OpenBLAS. */
  static String fitting(List<String> cpuInfo) {
    for (String line : cpuInfo) {
      if (line.startsWith("flags")) {
        var flags = Set.of(line.substring(line.indexOf(':') + 1).trim().split("\\s+"));
        return flags.containsAll(AVX512) ? "SkylakeX" : flags.containsAll(AVX2) ? "Haswell" : null;
      }
    }
    return null;
  }

  private static List<String> cpuInfo() {
    try {
      return Files.readAllLines(CPU);
    } catch (IOException e) {
      return List.of();
    }
  }
}
