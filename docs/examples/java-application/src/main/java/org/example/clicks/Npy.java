package org.example.clicks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads an array of NumPy's format, as Farsight writes it: version 1, little-endian, row by row. */
final class Npy {

  private static final int HEADER_LENGTH_AT = 8;

  private Npy() {}

  /** The values of a float32 array. */
  static FloatBuffer floats(Path file) throws IOException {
    return values(file, "<f4").asFloatBuffer();
  }

  /** The values of an int32 array. */
  static IntBuffer ints(Path file) throws IOException {
    return values(file, "<i4").asIntBuffer();
  }

  private static ByteBuffer values(Path file, String type) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int start = HEADER_LENGTH_AT + Short.BYTES;
    int length = bytes.getShort(HEADER_LENGTH_AT);
    String header = new String(bytes.array(), start, length, US_ASCII);
    if (!header.contains("'" + type + "'")) {
      throw new IOException(file + ": not an array of " + type + ": " + header);
    }
    return bytes.position(start + length).slice().order(ByteOrder.LITTLE_ENDIAN);
  }
}
