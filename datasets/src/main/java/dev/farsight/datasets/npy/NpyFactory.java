package dev.farsight.datasets.npy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.reading.file.DataPaths;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * {@code data.source = npy}: folders of prepared data, which are known by their manifests, or the
 * files of other tools.
 */
public final class NpyFactory implements DataSourceFactory {

  @Override
  public String name() {
    return "npy";
  }

  @Override
  public void check(DataContext context) {
    context.data().share("eval-fraction", 0, 1);
    NpySettings.of(context.own());
  }

  @Override
  public DataSource open(DataContext context) {
    check(context);
    List<Path> files = DataPaths.resolve(context.data());
    for (Path file : files) {
      if (!Files.isRegularFile(file)) {
        throw new FarsightException(file + ": is no regular file, so it cannot be mapped");
      }
    }
    var settings = NpySettings.of(context.own());
    List<Path> prepared = PreparedFolders.of(context.data());
    NpyData data =
        prepared.isEmpty()
            ? new OtherFiles(files, settings, context).open()
            : new PreparedSeries(prepared).open(settings, context);
    return new NpySource(data, context);
  }

  /** Of prepared data, the section with which it was prepared. */
  @Override
  public Settings origin(Settings data) {
    List<Path> prepared = PreparedFolders.of(data);
    return prepared.isEmpty()
        ? data
        : PreparedOrigin.of(data, new PreparedSeries(prepared).manifests());
  }

  @Override
  public boolean changesPredictions(String key) {
    return Set.of("cardinalities", "ids", "transform", "pooling").contains(key);
  }
}
