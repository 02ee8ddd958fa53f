package dev.farsight.cli;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Checks the paths that the user gave before any work begins whose results would go there. Changes
 * nothing. What can still fail later is told then: a disk fills up, permissions change.
 */
final class PathCheck {

  /** Where runs leave their files if {@code run.directory} is not set. */
  static final Path RUNS = Path.of("runs");

  /** Starts messages, such as {@code --out}. */
  private final String what;

  private PathCheck(String what) {
    this.what = what;
  }

  /** Requires that a file can be written; one that is there is replaced. */
  static void file(String what, Path file) {
    new PathCheck(what).requireFile(file);
  }

  /** Requires that a file can be made. */
  static void newFile(String what, Path file) {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new ConfigException(
          what + ": " + file + " already exists; choose another name, or delete it");
    }
    file(what, file);
  }

  /** Requires that files can be written into a folder, which is made if need be. */
  static void folder(String what, Path folder) {
    new PathCheck(what).requireFolder(folder);
  }

  /** Requires that a folder can be made. */
  static void newFolder(String what, Path folder) {
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new ConfigException(
          what + ": " + folder + " already exists; choose another folder, or delete it");
    }
    folder(what, folder);
  }

  /**
   * Requires all that a configuration names: folders to be writable, a model to be there. Data are
   * the source's to check.
   */
  static void all(Settings farsight) {
    folder(
        "farsight.run.directory", farsight.section("run").optionalPath("directory").orElse(RUNS));
    farsight
        .section("checkpoint")
        .optionalPath("directory")
        .ifPresent(p -> folder("farsight.checkpoint.directory", p));
    Settings storage = farsight.section("storage");
    Settings store = storage.section(storage.string("backend"));
    store.optionalPath("path").ifPresent(p -> folder(store.path() + ".path", p));
    Settings timeline = farsight.section("compute").section("jcuda").section("timeline");
    timeline.optionalPath("file").ifPresent(p -> file(timeline.path() + ".file", p));
    Settings model = farsight.section("model");
    model
        .optionalPath("load")
        .filter(p -> !Files.isRegularFile(p.resolve("model.json")))
        .ifPresent(
            p -> {
              throw model.bad(
                  "load",
                  Files.isDirectory(p)
                      ? "is no model: it has no model.json; name RUN/model"
                      : "is no folder; name RUN/model");
            });
  }

  private void requireFile(Path file) {
    if (Files.isDirectory(file) || file.getFileName() == null) {
      throw bad(file, "it is a folder; name a file");
    }
    requireFolder(file.toAbsolutePath().getParent());
  }

  /** The nearest folder above that exists must let us in. */
  private void requireFolder(Path folder) {
    Path existing = folder.toAbsolutePath();
    while (existing != null && !Files.exists(existing)) {
      if (Files.isSymbolicLink(existing)) {
        throw bad(existing, "a symbolic link to what is not there; mend it, or name another path");
      }
      existing = existing.getParent();
    }
    if (existing == null || !Files.isDirectory(existing)) {
      throw bad(existing, "a file is where a folder is needed; name another path");
    }
    if (!Files.isWritable(existing) || !Files.isExecutable(existing)) {
      throw bad(
          existing, "nothing can be written there; change its permissions, or name another path");
    }
  }

  private ConfigException bad(Path path, String why) {
    return new ConfigException(what + ": " + path + ": " + why);
  }
}
