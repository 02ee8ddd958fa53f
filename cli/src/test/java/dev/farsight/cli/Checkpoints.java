package dev.farsight.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The checkpoints in the directory of a run that may be going on. */
final class Checkpoints {

  private Checkpoints() {}

  /** The step of the last complete checkpoint, or -1: one being written has another name. */
  static long last(Path run) throws IOException {
    Path checkpoints = run.resolve("checkpoints");
    if (!Files.isDirectory(checkpoints)) {
      return -1;
    }
    try (var files = Files.list(checkpoints)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("step-\\d+"))
          .mapToLong(name -> Long.parseLong(name.substring("step-".length())))
          .max()
          .orElse(-1);
    }
  }
}
