package dev.farsight.bench.stats;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.engine.statistics.SavedCounts;
import dev.farsight.pages.HtmlPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The folder of the statistics of a data set: {@code stats.json}, {@code stats.html} and {@code
 * counts/TABLE.npy}. Earlier statistics there are replaced; {@code stats.json} is written last.
 */
public final class StatsFolder {

  private static final String PAGE = "stats.html";
  private static final Set<String> OWN =
      Set.of(
          SavedCounts.FILE,
          SavedCounts.FILE + ".partial",
          PAGE,
          PAGE + ".partial",
          SavedCounts.FOLDER);
  private static final HtmlPage HTML =
      new HtmlPage(StatsFolder.class, "Farsight data", "stats.html", "stats.js");

  private final Path folder;

  /**
   * @throws ConfigException if other files are there
   */
  public StatsFolder(Path folder) {
    this.folder = folder;
    for (Path other : list(folder)) {
      boolean counts = other.getFileName().toString().equals(SavedCounts.FOLDER);
      boolean array =
          !counts || list(other).stream().allMatch(file -> file.toString().endsWith(".npy"));
      if (!OWN.contains(other.getFileName().toString()) || !array) {
        throw new ConfigException(
            "--out: "
                + folder
                + " has other files, such as "
                + other.getFileName()
                + "; name a new folder, or one that this command has left");
      }
    }
  }

  private static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files.sorted().collect(Collectors.toList());
    } catch (IOException e) {
      throw DurableFiles.unreadable(folder, e);
    }
  }

  public void write(DataStats stats) {
    Path file = folder.resolve(SavedCounts.FILE);
    Path counts = folder.resolve(SavedCounts.FOLDER);
    try {
      Files.createDirectories(folder);
      if (Files.exists(file)) {
        DurableFiles.deleteDurably(file);
      }
      for (Path earlier : list(counts)) {
        Files.delete(earlier);
      }
    } catch (IOException e) {
      throw DurableFiles.unwritable(folder, e);
    }
    Map<String, Object> saved = SavedCounts.write(folder, stats.counts(), stats.identity()).json();
    write(PAGE, HTML.with(stats.source(), StatsJson.of(stats, Map.of(), false)));
    write(SavedCounts.FILE, StatsJson.of(stats, saved, true) + "\n");
  }

  private void write(String name, String text) {
    DurableFiles.write(folder.resolve(name), out -> out.write(text.getBytes(UTF_8)));
  }

  public Path page() {
    return folder.resolve(PAGE);
  }
}
