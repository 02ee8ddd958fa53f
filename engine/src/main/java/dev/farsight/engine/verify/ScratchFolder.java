package dev.farsight.engine.verify;

import dev.farsight.api.internal.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A temporary folder. It is deleted when it is closed, or when the process is told to end. */
final class ScratchFolder implements AutoCloseable {

  private final Path path;
  private final Thread atExit = new Thread(this::deleteQuietly, "farsight-verify-cleanup");

  ScratchFolder() {
    try {
      path = Files.createTempDirectory("farsight-verify");
    } catch (IOException e) {
      throw DurableFiles.unwritable(Path.of(System.getProperty("java.io.tmpdir")), e);
    }
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  Path path() {
    return path;
  }

  private void deleteQuietly() {
    try {
      DurableFiles.delete(path);
    } catch (IOException e) {
      // The process ends, and the system's temporary folder is cleaned by the system.
    }
  }

  @Override
  public void close() {
    deleteQuietly();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The process is ending: the hook runs.
    }
  }
}
