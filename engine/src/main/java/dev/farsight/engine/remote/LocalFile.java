package dev.farsight.engine.remote;

import java.nio.file.Path;

/**
 * A file of this process that belongs to a checkpoint.
 *
 * @param file where it is
 * @param path what it is called in every process: relative to the folder of its checkpoints, or
 *     {@link #METRICS}
 * @param bytes the first so many belong to the checkpoint
 * @param grows whether later checkpoints have more of it; otherwise it never changes
 */
public record LocalFile(Path file, String path, long bytes, boolean grows) {

  /** The path of the lines of metrics, which lie elsewhere. */
  public static final String METRICS = "metrics.jsonl";
}
