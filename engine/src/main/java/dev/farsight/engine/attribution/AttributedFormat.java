package dev.farsight.engine.attribution;

import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.export.ExportedModel;
import java.io.IOException;
import java.nio.file.Path;

/** A plugin's export format. Its files may fail as any file does: an {@link IOException} stays. */
record AttributedFormat(ExportFormat format, String name, PluginCalls calls)
    implements ExportFormat, Attributed {

  @Override
  public void write(ExportedModel model, Path folder) throws IOException {
    try {
      format.write(model, folder);
    } catch (RuntimeException | Error e) {
      throw calls.failure("ExportFormat.write", e);
    }
  }
}
