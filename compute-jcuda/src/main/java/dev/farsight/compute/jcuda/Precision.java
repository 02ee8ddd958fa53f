package dev.farsight.compute.jcuda;

import dev.farsight.api.config.Settings;
import java.util.Arrays;
import java.util.Locale;

/** How the dense part is computed: type of its values, and how products are rounded. */
enum Precision {
  FP32(CublasLt.R_32F, CublasLt.COMPUTE_32F, Float.BYTES),
  TF32(CublasLt.R_32F, CublasLt.COMPUTE_32F_FAST_TF32, Float.BYTES),
  BF16(CublasLt.R_16BF, CublasLt.COMPUTE_32F, Short.BYTES);

  /** cuBLASLt's numbers. */
  final int type;

  final int compute;

  /** Bytes of an element. */
  final int bytes;

  Precision(int type, int compute, int bytes) {
    this.type = type;
    this.compute = compute;
    this.bytes = bytes;
  }

  String configName() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Precision of(Settings own) {
    String wanted = own.string("precision");
    return Arrays.stream(values())
        .filter(precision -> precision.configName().equals(wanted))
        .findAny()
        .orElseThrow(() -> own.bad("precision", "is not fp32, tf32 or bf16"));
  }
}
