package dev.farsight.api.compute;

import dev.farsight.api.config.Settings;

/**
 * The arguments with which a backend is opened.
 *
 * @param own the section {@code farsight.compute.NAME}
 * @param threads how many CPU threads the backend may compute with: {@code compute.threads}, or
 *     this device's share of them
 * @param device which of the {@linkplain ComputeFactory#devices devices} that a run trains on, from
 *     0
 */
public record ComputeContext(Settings own, int threads, int device) {

  /** The first device. */
  public ComputeContext(Settings own, int threads) {
    this(own, threads, 0);
  }
}
