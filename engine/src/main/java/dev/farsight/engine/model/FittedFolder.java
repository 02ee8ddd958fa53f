package dev.farsight.engine.model;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A folder with what a data source found out from its training part: of a model, or of all
 * checkpoints of a run. Which files it has, only the source knows; their checksums are kept by whom
 * the folder belongs to. There is no folder if there are no files.
 */
public final class FittedFolder {

  /** The folder's name. */
  public static final String NAME = "data";

  /** Writes the files, as {@link dev.farsight.api.data.DataSource#saveFitted} does. */
  @FunctionalInterface
  public interface Content {

    /** Writes no file. */
    Content NONE = folder -> {};

    void save(Path folder) throws IOException;
  }

  /** What to do about files that are missing or damaged. */
  private static final String AGAIN =
      "; copy the folder of the model or of the checkpoints again, as a whole";

  private FittedFolder() {}

  /** The files of another such folder, whose checksums were compared. */
  static Content copyOf(Path other) {
    return folder -> {
      for (Path file : list(other)) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    };
  }

  /** As {@link #copyOf}; no file if there is no folder. */
  public static Content copyOf(Optional<Path> other) {
    return other.map(FittedFolder::copyOf).orElse(Content.NONE);
  }

  /**
   * Writes the folder, without forcing it to disk.
   *
   * @param folder does not exist
   * @return the checksums of its files, by name
   */
  static Map<String, FileSeal> write(Path folder, Content content) throws IOException {
    Files.createDirectory(folder);
    content.save(folder);
    Map<String, FileSeal> seals = new TreeMap<>();
    for (Path file : list(folder)) {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new FarsightException(file + ": the data source wrote what is not a file");
      }
      seals.put(file.getFileName().toString(), FileSeal.of(file));
    }
    if (seals.isEmpty()) {
      Files.delete(folder);
    }
    return seals;
  }

  /**
   * Writes the folder in place of an earlier one that nobody needs. When it has its name, it is
   * whole and on disk.
   *
   * @return the checksums of its files, by name
   */
  public static Map<String, FileSeal> publish(Path folder, Content content) {
    Path partial = folder.resolveSibling(folder.getFileName() + ".partial");
    try {
      DurableFiles.delete(partial);
      Map<String, FileSeal> seals = write(partial, content);
      DurableFiles.delete(folder);
      if (!seals.isEmpty()) {
        for (Path file : list(partial)) {
          DurableFiles.force(file);
        }
        DurableFiles.force(partial);
        DurableFiles.rename(partial, folder);
      }
      return seals;
    } catch (IOException e) {
      throw DurableFiles.unwritable(folder, e);
    }
  }

  /**
   * Checks that a folder has the files of these checksums, and no other ones.
   *
   * @throws FarsightException if not; the message names the file
   */
  public static void require(Path folder, Map<String, FileSeal> seals) {
    for (Map.Entry<String, FileSeal> seal : seals.entrySet()) {
      Path name = Path.of(seal.getKey());
      if (name.getNameCount() != 1 || name.isAbsolute() || seal.getKey().startsWith("..")) {
        throw new FarsightException(
            folder + ": can have no file named " + Quoted.of(seal.getKey()));
      }
      requireSame(folder.resolve(name), seal.getValue());
    }
    try {
      for (Path file : seals.isEmpty() ? List.<Path>of() : list(folder)) {
        if (!seals.containsKey(file.getFileName().toString())) {
          throw new FarsightException(file + ": there is no checksum for it; take it away");
        }
      }
    } catch (IOException e) {
      throw DurableFiles.unreadable(folder, e);
    }
  }

  private static void requireSame(Path file, FileSeal seal) {
    if (Files.isSymbolicLink(file.getParent()) || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FarsightException(file + ": is missing" + AGAIN);
    }
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          || Files.size(file) != seal.bytes()
          || !FileSeal.of(file).equals(seal)) {
        throw new FarsightException(file + ": is damaged: its length or SHA-256 is wrong" + AGAIN);
      }
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
