package dev.farsight.storage.ssd;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.store.StoreSpec;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the generations of one store are:
 *
 * <pre>
 * store.json, ...        the generation that the store was made with, as {@link StoreFiles} says
 * generation-1/          a later one: the same files
 * </pre>
 *
 * <p>All have the id of the store. Deleting the first one leaves its {@code store.json}, without
 * maps: that is what the store is known by.
 *
 * @param directory the store's directory
 */
record GenerationFolders(Path directory) {

  private static final Logger LOG = LoggerFactory.getLogger(GenerationFolders.class);
  private static final Pattern FOLDER = Pattern.compile("generation-(0|[1-9]\\d{0,8})");

  /** Whether a file has a name that stores give to the folders of generations. */
  static boolean isFolder(Path file) {
    return FOLDER.matcher(file.getFileName().toString()).matches();
  }

  /**
   * @throws FarsightException if the directory holds no store
   */
  void requireStore() {
    if (!StoreMeta.exists(directory)) {
      throw new FarsightException(
          directory + ": holds no store; if it was moved, set storage.ssd.path to where it is now");
    }
  }

  /** What the store was made with. */
  StoreMeta first() {
    return StoreMeta.read(directory);
  }

  /** The folder of a generation, whether there is one or not. */
  Path of(int generation) {
    return generation == first().generation()
        ? directory
        : directory.resolve("generation-" + generation);
  }

  /** The generation that a folder is for. */
  int generationOf(Path folder) {
    if (folder.equals(directory)) {
      return first().generation();
    }
    Matcher name = FOLDER.matcher(folder.getFileName().toString());
    if (!name.matches()) {
      throw new IllegalArgumentException(folder + " is no folder of a generation");
    }
    return Integer.parseInt(name.group(1));
  }

  /**
   * The folder of the generation that a spec names.
   *
   * @throws FarsightException if the store does not fit the spec, or has no such generation
   */
  Path existing(StoreSpec spec) {
    StoreMeta first = first();
    first.requireSameRows(directory, spec);
    Path folder = of(spec.initial().generation());
    if (!StoreMeta.exists(folder) || StoreMeta.read(folder).deleted()) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: has no rows of generation %d (any more); continue from a later checkpoint",
              directory,
              spec.initial().generation()));
    }
    if (!StoreMeta.read(folder).id().equals(first.id())) {
      throw Damage.of(StoreMeta.file(folder), "it belongs to another store");
    }
    return folder;
  }

  /** The folders of all generations but the first, whole or not. */
  List<Path> later() {
    try (var files = Files.newDirectoryStream(directory)) {
      var folders = new ArrayList<Path>();
      for (Path file : files) {
        if (isFolder(file) && Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          folders.add(file);
        }
      }
      return folders;
    } catch (IOException e) {
      throw DurableFiles.unreadable(directory, e);
    }
  }

  /** Makes the folder of a generation, without what there was of that generation. */
  Path makeEmpty(int generation) {
    Path folder = of(generation);
    try {
      if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
          throw new NotDirectoryException(folder.toString());
        }
        // Of a process that was killed, or that went back to an earlier checkpoint.
        delete(folder);
      }
      Files.createDirectories(folder);
      DurableFiles.force(directory);
    } catch (IOException e) {
      throw DurableFiles.unwritable(folder, e);
    }
    return folder;
  }

  /** Deletes the files of a generation. If that is interrupted, it can be repeated. */
  void delete(Path folder) {
    boolean isFirst = folder.equals(directory);
    StoreMeta meta = StoreMeta.exists(folder) ? StoreMeta.read(folder) : null;
    if (meta != null && !meta.deleted()) {
      Making.begin(folder, StoreFiles.mapNames(meta));
      if (isFirst) {
        meta.withoutMaps().write(folder);
      } else {
        DurableFiles.deleteDurably(StoreMeta.file(folder));
      }
      LOG.info("{}: rows of generation {} are no longer needed", directory, meta.generation());
    }
    CleanMark.delete(folder);
    Making.removeRemains(folder);
    if (!isFirst) {
      deleteEmpty(folder);
    }
  }

  private static void deleteEmpty(Path folder) {
    try {
      Files.delete(folder);
    } catch (DirectoryNotEmptyException e) {
      LOG.warn("{}: stays, as it has files of others", folder);
    } catch (IOException e) {
      throw DurableFiles.failed(folder, "cannot be deleted", e);
    }
  }

  /** Bytes of all generations on disk. */
  long bytes() {
    long bytes = first().bytes();
    for (Path folder : later()) {
      bytes += StoreMeta.exists(folder) ? StoreMeta.read(folder).bytes() : 0;
    }
    return bytes;
  }
}
