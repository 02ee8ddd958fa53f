package dev.farsight.engine.remote;

import com.typesafe.config.Config;
import dev.farsight.engine.metrics.Sha256;
import java.nio.file.Path;
import java.util.Map;

/**
 * A file that a checkpoint has in the store, or a piece of one.
 *
 * @param path of the file at its process, as in {@link LocalFile}
 * @param start where the piece begins in it; 0 for a whole file
 * @param bytes of the piece
 * @param sha256 of the piece, in hexadecimal
 * @param name in the store
 */
record RemoteFile(String path, long start, long bytes, String sha256, String name) {

  /** A whole file with this content. */
  static RemoteFile ofContent(String name, byte[] content) {
    return new RemoteFile(
        name, 0, content.length, Sha256.hex(Sha256.create().digest(content)), name);
  }

  long end() {
    return start + bytes;
  }

  Map<String, Object> json() {
    return Map.of("path", path, "start", start, "bytes", bytes, "sha256", sha256, "name", name);
  }

  /**
   * @throws IllegalArgumentException if the path leads elsewhere
   */
  static RemoteFile of(Config json) {
    String path = json.getString("path");
    Path relative = Path.of(path);
    if (relative.isAbsolute() || !relative.normalize().equals(relative) || path.startsWith("..")) {
      throw new IllegalArgumentException("path: " + path);
    }
    return new RemoteFile(
        path,
        json.getLong("start"),
        json.getLong("bytes"),
        json.getString("sha256"),
        json.getString("name"));
  }
}
