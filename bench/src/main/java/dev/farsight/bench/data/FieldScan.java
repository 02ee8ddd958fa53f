package dev.farsight.bench.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The least that reading text takes: the bytes of a share of a file are read in blocks, and the end
 * of each field is noted. Nothing is made of the fields. Not thread-safe.
 */
final class FieldScan {

  private static final int BLOCK = 1 << 18;

  private final byte[] block = new byte[BLOCK];
  private final ByteBuffer room = ByteBuffer.wrap(block);

  /** Where the fields of the block end. */
  private final int[] ends = new int[BLOCK];

  private long fields;

  /** Scans the bytes from {@code from} to {@code to}. */
  void scan(Path file, long from, long to) {
    try (FileChannel channel = FileChannel.open(file)) {
      for (long at = from; at < to; ) {
        room.clear().limit((int) Math.min(BLOCK, to - at));
        int read = channel.read(room, at);
        split(read);
        at += read;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void split(int length) {
    int count = 0;
    for (int i = 0; i < length; i++) {
      byte value = block[i];
      if (value == '\t' || value == '\n') {
        ends[count++] = i;
      }
    }
    fields += count;
  }

  /** Fields of all scans. */
  long fields() {
    return fields;
  }
}
