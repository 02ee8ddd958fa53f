package dev.farsight.datasets.npy;

import dev.farsight.api.internal.npy.NpyHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes small npy and npz files. */
final class NpyFiles {

  private static final LocalDateTime DATE = LocalDateTime.of(1980, 1, 1, 0, 0);

  private NpyFiles() {}

  /**
   * The bytes of an npy file.
   *
   * @param type such as {@code <f4}
   * @param columns 0 for an array of one dimension
   */
  static byte[] array(String type, int columns, double... values) {
    List<Long> shape = new ArrayList<>();
    shape.add((long) values.length / Math.max(1, columns));
    if (columns > 0) {
      shape.add((long) columns);
    }
    byte[] header = NpyHeader.write(type, shape);
    int width = type.charAt(2) - '0';
    ByteBuffer bytes =
        ByteBuffer.allocate(header.length + width * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(header);
    for (double value : values) {
      switch (type) {
        case "<f4" -> bytes.putFloat((float) value);
        case "<f8" -> bytes.putDouble(value);
        case "<i4" -> bytes.putInt((int) value);
        case "<i8" -> bytes.putLong((long) value);
        default -> bytes.put((byte) (int) value);
      }
    }
    return bytes.array();
  }

  static Path write(Path file, String type, int columns, double... values) throws IOException {
    return Files.write(file, array(type, columns, values));
  }

  /** Writes a zip archive of stored entries. */
  static Path writeZip(Path file, Map<String, byte[]> entries) throws IOException {
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        var crc = new CRC32();
        crc.update(entry.getValue());
        var stored = new ZipEntry(entry.getKey());
        stored.setMethod(ZipEntry.STORED);
        stored.setTimeLocal(DATE); // not now: equal content is equal bytes
        stored.setSize(entry.getValue().length);
        stored.setCrc(crc.getValue());
        zip.putNextEntry(stored);
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return file;
  }
}
