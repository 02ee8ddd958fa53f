package dev.farsight.datasets.prepare;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.ProcessLock;
import dev.farsight.datasets.npy.PreparedManifest;
import dev.farsight.datasets.npy.PreparedManifest.FileSum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A folder that data is prepared in, locked against other processes. What is in it that neither its
 * manifest nor its progress tells of is not whole, and is deleted.
 */
final class WorkFolder implements AutoCloseable {

  private static final String LOCK = "lock";
  private static final String STAGING = "staging";
  private static final String FITTED = PreparedManifest.FITTED;
  private static final Pattern OWN =
      Pattern.compile(
          "lock|staging|fitted|fitted\\.partial|(manifest|progress)\\.json(\\.partial)?"
              + "|(train|eval)-\\d{5,}_[^/]*\\.np[yz](\\.[^/]*)?");

  private final Path folder;

  /** Whether the folder was made for this work. */
  private final boolean created;

  private final ProcessLock lock;
  private final Optional<PreparedManifest> manifest;
  private Optional<Progress> progress;

  /** Whether files of work that has no progress yet may be there. */
  private boolean begins;

  private WorkFolder(Path folder, boolean created, ProcessLock lock) {
    this.folder = folder;
    this.created = created;
    this.lock = lock;
    this.manifest =
        PreparedManifest.isIn(folder)
            ? Optional.of(PreparedManifest.read(folder))
            : Optional.empty();
    this.progress =
        manifest.isEmpty() && Files.exists(folder.resolve(Progress.FILE))
            ? Optional.of(Progress.read(folder))
            : Optional.empty();
  }

  /**
   * Makes the folder if need be, and locks it.
   *
   * @throws ConfigException if it has other files
   * @throws FarsightException if another process prepares data there
   */
  static WorkFolder open(Path folder) {
    try {
      requireOwn(folder);
      boolean created = !Files.exists(folder);
      Files.createDirectories(folder);
      ProcessLock lock =
          ProcessLock.exclusive(
              folder.resolve(LOCK),
              owner ->
                  new FarsightException(
                      folder
                          + ": "
                          + owner
                          + " prepares data there; wait for it, or choose another --out"));
      try {
        return new WorkFolder(folder, created, lock);
      } catch (RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw DurableFiles.failed(folder, "cannot be made", e);
    }
  }

  /** A folder that is not empty has a lock, or is complete. */
  private static void requireOwn(Path folder) throws IOException {
    boolean begun = Files.exists(folder.resolve(LOCK)) || PreparedManifest.isIn(folder);
    for (Path file : FileSums.files(folder)) {
      if (!begun || !OWN.matcher(file.getFileName().toString()).matches()) {
        throw new ConfigException(
            file + ": is not of prepared data; choose an empty folder as --out");
      }
    }
  }

  Path path() {
    return folder;
  }

  /** What the folder consists of, if it is complete. */
  Optional<PreparedManifest> manifest() {
    return manifest;
  }

  /** How far the work has come, if it was begun and is not complete. */
  Optional<Progress> progress() {
    return progress;
  }

  /** What was found out from the training part, if anything. */
  Optional<Path> fitted() {
    boolean known = manifest.isPresent() || progress.isPresent();
    return Optional.of(folder.resolve(FITTED)).filter(path -> known && Files.isDirectory(path));
  }

  /** Checks that files that were complete still have their sizes. */
  void requireThere() {
    Map<String, FileSum> files = new TreeMap<>();
    manifest.ifPresent(known -> known.parts().forEach(part -> files.putAll(part.files())));
    progress.ifPresent(known -> known.parts().forEach(part -> files.putAll(part.files())));
    manifest.ifPresent(known -> addFitted(known.fitted(), files));
    progress.ifPresent(known -> addFitted(known.fitted(), files));
    files.forEach((name, sum) -> requireThere(folder.resolve(name), sum));
  }

  private static void addFitted(SortedMap<String, FileSum> fitted, Map<String, FileSum> files) {
    fitted.forEach((name, sum) -> files.put(FITTED + "/" + name, sum));
  }

  private static void requireThere(Path file, FileSum sum) {
    try {
      boolean whole =
          Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) == sum.bytes();
      if (!whole) {
        throw new FarsightException(
            file
                + ": was complete, and is "
                + (Files.exists(file) ? "of another size" : "missing")
                + " now; delete the folder, and prepare the data again");
      }
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }

  /**
   * Begins the work: saves what a source found out.
   *
   * @param asked {@link Job#facts}
   * @param data what the data is
   */
  void begin(DataSource source, SortedMap<String, String> asked, SortedMap<String, String> data) {
    begins = true;
    deleteUnfinished();
    Path fitted = folder.resolve(FITTED);
    Path partial = folder.resolve(FITTED + PartWriter.PARTIAL);
    try {
      Files.createDirectory(partial);
      source.saveFitted(partial);
      SortedMap<String, FileSum> sums = FileSums.ofFolder(partial);
      if (sums.isEmpty()) {
        Files.delete(partial);
      } else {
        for (String file : sums.keySet()) {
          DurableFiles.force(partial.resolve(file));
        }
        DurableFiles.force(partial);
        DurableFiles.rename(partial, fitted);
      }
      write(new Progress(asked, data, sums, List.of(), 0, 0));
    } catch (IOException e) {
      throw DurableFiles.unwritable(fitted, e);
    }
  }

  void write(Progress now) {
    now.write(folder);
    progress = Optional.of(now);
  }

  /** Makes the folder for parts that are {@linkplain #take taken} when they are whole. */
  Path makeStaging() {
    Path staging = folder.resolve(STAGING);
    try {
      return Files.createDirectory(staging);
    } catch (IOException e) {
      throw DurableFiles.failed(staging, "cannot be made", e);
    }
  }

  /** Takes a part that was written elsewhere on this disk. It is the next one. */
  void take(WrittenPart written) {
    Path from = Path.of(written.folder());
    try {
      for (String file : written.part().files().keySet()) {
        Files.move(from.resolve(file), folder.resolve(file), StandardCopyOption.ATOMIC_MOVE);
      }
      DurableFiles.force(folder);
    } catch (IOException e) {
      throw DurableFiles.unwritable(folder, e);
    }
    write(progress.orElseThrow().with(written.part(), written.clicks()));
  }

  /** The data is complete. */
  void complete(PreparedManifest whole) {
    whole.write(folder);
    deleteProgress();
  }

  /** Of a process that was killed right after the manifest was written, too. */
  void deleteProgress() {
    try {
      Files.deleteIfExists(folder.resolve(Progress.FILE));
    } catch (IOException e) {
      throw DurableFiles.failed(folder.resolve(Progress.FILE), "cannot be deleted", e);
    }
  }

  /** Deletes what a process left that did not come to its end. */
  void deleteUnfinished() {
    Set<String> whole = new HashSet<>(Set.of(LOCK, PreparedManifest.FILE, Progress.FILE));
    progress.ifPresent(
        known -> {
          whole.add(FITTED);
          known.parts().forEach(part -> whole.addAll(part.files().keySet()));
        });
    try {
      for (Path file : FileSums.files(folder)) {
        if (!whole.contains(file.getFileName().toString())) {
          DurableFiles.delete(file);
        }
      }
    } catch (IOException e) {
      throw DurableFiles.failed(folder, "what an earlier command left cannot be deleted", e);
    }
  }

  /** Work that was not begun, because a setting is wrong or the disk is full, leaves nothing. */
  @Override
  public void close() {
    if (manifest.isPresent() || progress.isPresent()) {
      lock.close();
      return;
    }
    try (lock) {
      if (begins) {
        deleteUnfinished();
      }
    } catch (FarsightException e) {
      // It is deleted when the work begins again.
    }
    try {
      // With its lock, a folder that has other files is known as one of this command's.
      if (FileSums.files(folder).size() <= 1) {
        Files.deleteIfExists(folder.resolve(LOCK));
        if (created) {
          Files.deleteIfExists(folder);
        }
      }
    } catch (IOException e) {
      // Something else is in the folder now; it stays.
    }
  }
}
