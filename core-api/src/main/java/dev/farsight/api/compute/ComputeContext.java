package dev.farsight.api.compute;

import dev.farsight.api.config.Settings;

/**
 * What a backend is opened with.
 *
 * @param own the section {@code farsight.compute.NAME}
 * @param threads how many CPU threads it may compute with, {@code compute.threads}
 */
public record ComputeContext(Settings own, int threads) {}
