package dev.farsight.engine.event;

import java.nio.file.Path;

/**
 * Training or evaluation has ended without a failure. The report is on disk, and {@code train()} or
 * {@code evaluate()} returns it next.
 *
 * @param step steps trained
 * @param stopped whether the run was stopped before its end, by an interrupt or {@link
 *     RunControl#stop}
 * @param report the file {@code report.json}
 */
public record RunFinished(long step, boolean stopped, Path report) {}
