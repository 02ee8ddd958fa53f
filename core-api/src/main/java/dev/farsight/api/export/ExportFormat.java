package dev.farsight.api.export;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Writes models as files of one format, which {@code farsight export --format} chooses by name. A
 * plugin registers it. It has no settings. What it needs should be loaded by {@link #write}, not
 * when it is made, because every command that loads plugins makes it.
 */
public interface ExportFormat {

  /** The name that chooses this format. */
  String name();

  /**
   * Writes a model.
   *
   * @param folder an existing empty folder; the caller gives it its final name once everything is
   *     written
   */
  void write(ExportedModel model, Path folder) throws IOException;
}
