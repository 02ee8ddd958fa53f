package dev.farsight.engine.checkpoint;

import dev.farsight.api.internal.BulkDataOutput;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.engine.metrics.Sha256;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Writes a checkpoint's own files to a temporary folder. {@link #publish} forces them to disk and
 * renames the folder, so a checkpoint is either complete or absent.
 */
final class CheckpointWriter {

  private final Path partial;
  private final Path path;
  private final SortedSet<String> names = new TreeSet<>();

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
    void write(DataOutput out) throws IOException;
  }

  /** Writes a file, without hashing it or forcing it to disk: training waits meanwhile. */
  void add(String name, Content content) {
    Path file = partial.resolve(name);
    try (var out = new BulkDataOutput(Files.newOutputStream(file))) {
      content.write(out);
    } catch (IOException e) {
      throw DurableFiles.unwritable(file, e);
    }
    names.add(name);
  }

  /** Length and SHA-256 of the files written so far, by name. Reads them. */
  Map<String, Manifest.FileDigest> files() {
    Map<String, Manifest.FileDigest> files = new TreeMap<>();
    for (String name : names) {
      Path file = partial.resolve(name);
      try {
        files.put(name, new Manifest.FileDigest(Files.size(file), Sha256.ofFile(file)));
      } catch (IOException e) {
        throw DurableFiles.unreadable(file, e);
      }
    }
    return files;
  }

  /** Writes the manifest, forces all files to disk and renames the folder to its final name. */
  void publish(Manifest manifest) {
    byte[] json = (manifest.toJson() + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      Files.write(partial.resolve(Checkpoint.MANIFEST), json);
      Files.writeString(
          partial.resolve(Checkpoint.MANIFEST_SHA),
          Checkpoint.shaLine(Sha256.hex(Sha256.create().digest(json))));
      for (String name : names) {
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
