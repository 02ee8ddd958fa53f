package dev.farsight.reading.internal.vocabulary;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/** Numbers of 64 bits in a file, mapped into memory. Safe for concurrent use. */
final class MappedValues {

  private static final int CHUNK_BITS = 26;
  private static final int CHUNK = 1 << CHUNK_BITS;

  private final LongBuffer[] chunks;
  private final int size;

  private MappedValues(LongBuffer[] chunks, int size) {
    this.chunks = chunks;
    this.size = size;
  }

  /**
   * @param start the first byte
   * @param size how many there are
   */
  static MappedValues of(FileChannel file, long start, int size) throws IOException {
    var chunks = new LongBuffer[(int) ((size + (long) CHUNK - 1) / CHUNK)];
    for (int c = 0; c < chunks.length; c++) {
      long first = (long) c * CHUNK;
      long bytes = Math.min(CHUNK, size - first) * Long.BYTES;
      ByteBuffer mapped = file.map(MapMode.READ_ONLY, start + first * Long.BYTES, bytes);
      chunks[c] = mapped.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    }
    return new MappedValues(chunks, size);
  }

  int size() {
    return size;
  }

  long get(int at) {
    return chunks[at >>> CHUNK_BITS].get(at & (CHUNK - 1));
  }
}
