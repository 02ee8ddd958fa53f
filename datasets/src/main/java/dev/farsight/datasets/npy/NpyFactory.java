package dev.farsight.datasets.npy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.reading.file.DataPaths;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * {@code data.source = npy}: a folder of prepared data, which is known by its manifest, or the
 * files of other tools.
 */
public final class NpyFactory implements DataSourceFactory {

  private static final String PATH = "path";
  private static final Pattern PREPARED = Pattern.compile("(train|eval)-[0-9]{5,}_.*\\.np[yz]");

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
    for (Path file : files) {
      Path folder = file.toAbsolutePath().getParent();
      if (PreparedManifest.isIn(folder)) {
        requireWholeFolder(files, folder, context);
        return new NpySource(new PreparedData(shown(file), settings, context).open(), context);
      }
      if (PREPARED.matcher(file.getFileName().toString()).matches()) {
        PreparedManifest.read(shown(file)); // tells that there is none
      }
    }
    return new NpySource(new OtherFiles(files, settings, context).open(), context);
  }

  /** The folder as the user wrote it. */
  private static Path shown(Path file) {
    return file.resolveSibling("");
  }

  private static void requireWholeFolder(List<Path> files, Path folder, DataContext context) {
    boolean one = files.stream().allMatch(f -> folder.equals(f.toAbsolutePath().getParent()));
    boolean whole =
        files.stream().anyMatch(f -> f.getFileName().toString().equals(PreparedManifest.FILE));
    if (!one || !whole) {
      throw context
          .data()
          .bad(PATH, "names a part of prepared data, or other files too; name its folder alone");
    }
  }

  @Override
  public boolean changesPredictions(String key) {
    return Set.of("cardinalities", "ids", "transform", "pooling").contains(key);
  }
}
