package dev.farsight.engine.model;

import com.typesafe.config.Config;
import dev.farsight.engine.metrics.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The checksum by which a file's damage is found.
 *
 * @param bytes the file's length
 * @param sha256 SHA-256 of its content, in hexadecimal
 */
public record FileSeal(long bytes, String sha256) {

  /** The seal of a file; reads it. */
  static FileSeal of(Path file) throws IOException {
    return new FileSeal(Files.size(file), Sha256.ofFile(file));
  }

  /** JSON of the seals of files, by name. */
  public static List<Map<String, Object>> json(Map<String, FileSeal> files) {
    return files.entrySet().stream()
        .map(
            file ->
                Map.<String, Object>of(
                    "name",
                    file.getKey(),
                    "bytes",
                    file.getValue().bytes(),
                    "sha256",
                    file.getValue().sha256()))
        .toList();
  }

  /** Reads the result of {@link #json}. */
  public static Map<String, FileSeal> of(List<? extends Config> json) {
    Map<String, FileSeal> files = new TreeMap<>();
    for (Config file : json) {
      files.put(
          file.getString("name"), new FileSeal(file.getLong("bytes"), file.getString("sha256")));
    }
    return files;
  }
}
