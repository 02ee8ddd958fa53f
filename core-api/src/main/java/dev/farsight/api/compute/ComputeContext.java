package dev.farsight.api.compute;

import dev.farsight.api.config.Settings;

/**
 * The arguments with which a backend is opened.
 *
 * @param own the section {@code farsight.compute.NAME}
 * @param threads how many CPU threads the backend may compute with, {@code compute.threads}
 */
public record ComputeContext(Settings own, int threads) {}
