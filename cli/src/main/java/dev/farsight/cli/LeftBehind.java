package dev.farsight.cli;

import dev.farsight.api.config.Settings;
import dev.farsight.engine.checkpoint.CheckpointSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a process that ends at once leaves on the disk, and what becomes of it. Looks at what is
 * there, and changes nothing.
 */
final class LeftBehind {

  private final List<String> lines = new ArrayList<>();

  private LeftBehind() {}

  /** The files of a run. */
  static LeftBehind by(Settings farsight, Path run) {
    var left = new LeftBehind();
    if (Files.isDirectory(run)) {
      var checkpoints = CheckpointSettings.of(farsight, run);
      OptionalLong last = checkpoints.lastStep();
      left.add(
          run,
          last.isPresent()
              ? "the run; --resume continues from the checkpoint of step " + last.getAsLong()
              : "the run, without a checkpoint to resume from; delete it, or start again with"
                  + " run.directory="
                  + run);
      left.addUnfinished(run);
      left.addUnfinished(checkpoints.directory());
    }
    Settings storage = farsight.section("storage");
    Path store =
        storage
            .section(storage.string("backend"))
            .optionalPath("path")
            .orElse(run.resolve("store"));
    if (Files.exists(store)) {
      left.add(
          store,
          "the store; --resume recovers it, a run from the beginning needs it to be deleted");
    }
    return left;
  }

  /** A file that is written beside its place, with {@code .part} behind its name. */
  static LeftBehind unfinished(Path file) {
    var left = new LeftBehind();
    Path part = file.resolveSibling(file.getFileName() + ".part");
    if (Files.exists(part)) {
      left.add(part, "unfinished; delete it, or the same command replaces it");
    }
    return left;
  }

  /** A folder that is written beside its place, with {@code .partial} behind its name. */
  static LeftBehind unfinishedFolder(Path folder) {
    var left = new LeftBehind();
    Path partial = folder.resolveSibling(folder.getFileName() + ".partial");
    if (Files.exists(partial)) {
      left.add(partial, "unfinished; delete it, or the same command replaces it");
    }
    return left;
  }

  private void addUnfinished(Path folder) {
    try (var files = Files.newDirectoryStream(folder, "*.partial")) {
      files.forEach(file -> add(file, "unfinished; the next run there deletes it"));
    } catch (IOException e) {
      // There is no such folder.
    }
  }

  private void add(Path path, String what) {
    lines.add("  " + path + ": " + what);
  }

  /** Prints a line for each, after one that begins with what has happened. */
  void print(String event, PrintStream out) {
    out.println(event + (lines.isEmpty() ? "; nothing is left behind" : "; left behind:"));
    lines.forEach(out::println);
  }
}
