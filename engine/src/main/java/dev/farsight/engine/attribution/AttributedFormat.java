package dev.farsight.engine.attribution;

import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.export.ExportedModel;
import dev.farsight.api.export.ScoreWriter;
import java.io.IOException;
import java.nio.file.Path;

/** A plugin's export format. Its files may fail as any file does: an {@link IOException} stays. */
final class AttributedFormat extends Attributed<ExportFormat> implements ExportFormat {

  AttributedFormat(ExportFormat factory, String name, PluginCalls calls) {
    super(factory, name, calls);
  }

  @Override
  public boolean writesScores() {
    return calls.get("ExportFormat.writesScores", factory::writesScores);
  }

  @Override
  public ScoreWriter scores(Path file, ScoreWriter.Columns columns) throws IOException {
    try {
      return factory.scores(file, columns);
    } catch (RuntimeException | Error e) {
      throw calls.failure("ExportFormat.scores", e);
    }
  }

  @Override
  public void write(ExportedModel model, Path folder) throws IOException {
    try {
      factory.write(model, folder);
    } catch (RuntimeException | Error e) {
      throw calls.failure("ExportFormat.write", e);
    }
  }
}
