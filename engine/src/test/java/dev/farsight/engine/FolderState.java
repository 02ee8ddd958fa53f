package dev.farsight.engine;

import dev.farsight.engine.metrics.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What is in a folder, to find any change to it: names, kinds and contents. */
record FolderState(Map<String, String> files) {

  static FolderState of(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (var all = Files.walk(folder)) {
      for (Path file : all.toList()) {
        String what =
            Files.isSymbolicLink(file)
                ? "-> " + Files.readSymbolicLink(file)
                : Files.isDirectory(file) ? "folder" : Sha256.ofFile(file);
        files.put(folder.relativize(file).toString(), what);
      }
    }
    return new FolderState(files);
  }
}
