package dev.farsight.api.export;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Writes models as files of one format, chosen by {@code farsight export --format}. Found by {@link
 * java.util.ServiceLoader}, so that its libraries are loaded by that command alone.
 */
public interface ExportFormat {

  /** The name that it is chosen by. */
  String name();

  /**
   * Writes a model.
   *
   * @param folder exists and is empty; given its final name by the caller once all is written
   */
  void write(ExportedModel model, Path folder) throws IOException;
}
