package dev.farsight.datasets.prepare;

import dev.farsight.datasets.npy.PreparedManifest.FileSum;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What files hold. */
public final class FileSums {

  private static final int BUFFER_BYTES = 1 << 20;

  private FileSums() {}

  /** Reads a file. */
  public static FileSum of(Path file) throws IOException {
    MessageDigest digest = sha256();
    long bytes = 0;
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
        bytes += read;
      }
    }
    return new FileSum(bytes, HexFormat.of().formatHex(digest.digest()));
  }

  /** Reads all files of a folder, by name; none if there is no folder. */
  public static SortedMap<String, FileSum> ofFolder(Path folder) throws IOException {
    SortedMap<String, FileSum> sums = new TreeMap<>();
    for (Path file : files(folder)) {
      sums.put(file.getFileName().toString(), of(file));
    }
    return sums;
  }

  /** What is in a folder; nothing if there is none. */
  static List<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }
}
