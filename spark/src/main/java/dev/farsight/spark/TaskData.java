package dev.farsight.spark;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.FittedData;
import dev.farsight.reading.file.DataPaths;
import dev.farsight.reading.pieces.RecordPieces;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Map;

/**
 * How a task opens the data: the driver's settings, with the files by their absolute names.
 *
 * @param data the section {@code farsight.data}, as JSON
 * @param source the kind of source
 * @param fitted folder with what was found out; null if nothing was, or not yet
 */
record TaskData(String data, String source, int batchSize, long seed, String fitted)
    implements Serializable {

  /** Where messages say that settings are. */
  private static final String SECTION = "farsight.data";

  /** The data of a context, of which nothing is found out yet. */
  static TaskData of(DataContext context, String source) {
    var files =
        DataPaths.resolve(context.data()).stream().map(f -> f.toAbsolutePath().toString()).toList();
    Settings named = context.data().with(Map.of("path", files));
    return new TaskData(
        named.config().root().render(ConfigRenderOptions.concise()),
        source,
        context.batchSize(),
        context.seed(),
        null);
  }

  /**
   * The same data with what was found out.
   *
   * @param folder may be null
   */
  TaskData with(Path folder) {
    String name = folder == null ? null : folder.toAbsolutePath().toString();
    return new TaskData(data, source, batchSize, seed, name);
  }

  /** The data in pieces, to be read by one thread. */
  RecordPieces pieces() {
    Settings settings = Settings.of(SECTION, ConfigFactory.parseString(data));
    return TaskSources.get(source)
        .pieces(
            new DataContext(
                settings,
                settings.section(source),
                batchSize,
                seed,
                1,
                "a task of Spark",
                fitted == null ? null : new FittedData(Path.of(fitted), false)));
  }
}
