package dev.farsight.datasets.npy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.Settings;
import dev.farsight.reading.file.DataPaths;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The folders of prepared data that {@code data.path} names. */
public final class PreparedFolders {

  private static final String PATH = "path";
  private static final Pattern PREPARED = Pattern.compile("(train|eval)-[0-9]{5,}_.*\\.np[yz]");

  private PreparedFolders() {}

  /**
   * The folders in their order, as the user wrote them; none if the files are of other tools.
   *
   * @param data the section {@code farsight.data}
   * @throws dev.farsight.api.config.ConfigException if only a part of a folder is named, or files
   *     of other tools too
   * @throws FarsightException if a folder is not complete
   */
  public static List<Path> of(Settings data) {
    Map<Path, List<Path>> filesByFolder = new LinkedHashMap<>();
    for (Path file : DataPaths.resolve(data)) {
      Path folder = file.toAbsolutePath().getParent();
      filesByFolder.computeIfAbsent(folder, key -> new ArrayList<>()).add(file);
    }
    if (filesByFolder.keySet().stream().noneMatch(PreparedManifest::isIn)) {
      filesByFolder.values().forEach(PreparedFolders::requireOfOtherTools);
      return List.of();
    }
    filesByFolder.forEach((folder, files) -> requireWhole(data, folder, files));
    return filesByFolder.values().stream().map(files -> shown(files.get(0))).toList();
  }

  /** The folder of a file, as the user wrote it. */
  private static Path shown(Path file) {
    return file.resolveSibling("");
  }

  private static void requireOfOtherTools(List<Path> files) {
    files.stream()
        .filter(file -> PREPARED.matcher(file.getFileName().toString()).matches())
        .findFirst()
        .ifPresent(file -> PreparedManifest.read(shown(file))); // tells that there is none
  }

  private static void requireWhole(Settings data, Path folder, List<Path> files) {
    long manifests =
        files.stream()
            .filter(file -> file.getFileName().toString().equals(PreparedManifest.FILE))
            .count();
    if (manifests > 1) {
      throw data.bad(PATH, "names the prepared data in " + shown(files.get(0)) + " more than once");
    }
    if (manifests == 0) {
      if (!PreparedManifest.isIn(folder)) {
        requireOfOtherTools(files);
      }
      throw data.bad(
          PATH, "names a part of prepared data, or other files too; name its folders alone");
    }
  }
}
