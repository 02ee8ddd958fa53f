package dev.farsight.engine.model;

import com.typesafe.config.Config;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The checksum by which a file's damage is found.
 *
 * @param bytes the file's length
 * @param sha256 SHA-256 of its content, in hexadecimal
 */
record FileSeal(long bytes, String sha256) {

  /** JSON of the seals of files, by name. */
  static List<Map<String, Object>> json(Map<String, FileSeal> files) {
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
  static Map<String, FileSeal> of(List<? extends Config> json) {
    Map<String, FileSeal> files = new TreeMap<>();
    for (Config file : json) {
      files.put(
          file.getString("name"), new FileSeal(file.getLong("bytes"), file.getString("sha256")));
    }
    return files;
  }
}
