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
   * Writes a model. What the format leaves out of {@code model.json}, which describes the model,
   * and the folder {@code data} is added by the caller.
   *
   * @param folder an existing empty folder; the caller gives it its final name once everything is
   *     written
   */
  void write(ExportedModel model, Path folder) throws IOException;

  /** Whether the scores of samples can be written in this format too. */
  default boolean writesScores() {
    return false;
  }

  /**
   * Begins a file of scores, for {@code farsight predict --format}. Called only if the format
   * {@linkplain #writesScores writes scores}.
   *
   * @param file does not exist; the caller gives it its final name once it is complete
   */
  default ScoreWriter scores(Path file, ScoreWriter.Columns columns) throws IOException {
    throw new UnsupportedOperationException("format " + name() + " writes no scores");
  }
}
