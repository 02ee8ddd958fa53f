package dev.farsight.engine.checkpoint;

import dev.farsight.api.internal.DurableFiles;
import dev.farsight.engine.metrics.Sha256;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a checkpoint's own files to a temporary folder. {@link #publish} forces them to disk and
 * renames the folder, so a checkpoint is either complete or absent.
 */
final class CheckpointWriter {

  private final Path partial;
  private final Path path;
  private final Map<String, Manifest.FileDigest> files = new TreeMap<>();

  CheckpointWriter(Path partial, Path path) {
    this.partial = partial;
    this.path = path;
    try {
      DurableFiles.delete(partial);
      Files.createDirectories(partial);
    } catch (IOException e) {
      throw DurableFiles.unwritable(partial, e);
    }
  }

  /** Writes the content of a file. */
  @FunctionalInterface
  interface Content {
    void write(DataOutputStream out) throws IOException;
  }

  /** Writes a file, without forcing it to disk. */
  void add(String name, Content content) {
    Path file = partial.resolve(name);
    MessageDigest digest = Sha256.create();
    try {
      try (var out =
          new DataOutputStream(
              new BufferedOutputStream(
                  new DigestOutputStream(Files.newOutputStream(file), digest), 1 << 16))) {
        content.write(out);
      }
      files.put(name, new Manifest.FileDigest(Files.size(file), Sha256.hex(digest.digest())));
    } catch (IOException e) {
      throw DurableFiles.unwritable(file, e);
    }
  }

  /** Length and SHA-256 of the files written so far, by name. */
  Map<String, Manifest.FileDigest> files() {
    return Map.copyOf(files);
  }

  /** Writes the manifest, forces all files to disk and renames the folder to its final name. */
  void publish(Manifest manifest) {
    byte[] json = (manifest.toJson() + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      Files.write(partial.resolve(Checkpoint.MANIFEST), json);
      Files.writeString(
          partial.resolve(Checkpoint.MANIFEST_SHA),
          Checkpoint.shaLine(Sha256.hex(Sha256.create().digest(json))));
      for (String name : files.keySet()) {
        DurableFiles.force(partial.resolve(name));
      }
      DurableFiles.force(partial.resolve(Checkpoint.MANIFEST));
      DurableFiles.force(partial.resolve(Checkpoint.MANIFEST_SHA));
      DurableFiles.force(partial);
      DurableFiles.delete(path);
      DurableFiles.rename(partial, path);
    } catch (IOException e) {
      throw DurableFiles.unwritable(path, e);
    }
  }
}
