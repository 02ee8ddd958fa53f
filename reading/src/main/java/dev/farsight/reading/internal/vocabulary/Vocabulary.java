package dev.farsight.reading.internal.vocabulary;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.npy.NpyHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/**
 * Values with an index each. They stand in ascending order of their mixed form, unsigned, and have
 * the indices from 1 on; index 0 is that of missing values, and the one behind the last value is
 * shared by all others. A value is found by the bucket of its mixed form's top bits, which has
 * about eight values.
 *
 * <p>The values are mapped from a file, and half a byte a value besides is direct memory; nothing
 * is on the heap. Making one reads all values once. Immutable, safe for concurrent use.
 */
public final class Vocabulary {

  private static final String TYPE = "<u8";

  /** Values of a bucket, on average, as a power of two. */
  private static final int BUCKET_BITS = 3;

  private final MappedValues values;
  private final int bits;

  /** By bucket: its first value; and behind the last one, how many values there are. */
  private final IntBuffer starts;

  /**
   * @throws IllegalArgumentException if the values are not in order
   */
  Vocabulary(MappedValues values) {
    this.values = values;
    int sizeBits = Integer.SIZE - Integer.numberOfLeadingZeros(values.size());
    this.bits = Math.max(1, sizeBits - BUCKET_BITS);
    this.starts =
        ByteBuffer.allocateDirect(((1 << bits) + 1) * Integer.BYTES)
            .order(ByteOrder.nativeOrder())
            .asIntBuffer();
    int next = 0;
    long before = 0;
    for (int at = 0; at < values.size(); at++) {
      long mixed = Mix.mixed(values.get(at));
      if (at > 0 && Long.compareUnsigned(before, mixed) >= 0) {
        throw new IllegalArgumentException("its values are not in order");
      }
      before = mixed;
      for (; next <= bucket(mixed); next++) {
        starts.put(next, at);
      }
    }
    for (; next <= (1 << bits); next++) {
      starts.put(next, values.size());
    }
  }

  private int bucket(long mixed) {
    return (int) (mixed >>> (Long.SIZE - bits));
  }

  /** How many values have an index of their own. */
  public int size() {
    return values.size();
  }

  /** Rows of a table with a row for each index. */
  public int rows() {
    return values.size() + ValueCounts.OTHER_ROWS;
  }

  /** The index of a value; never 0. */
  public int index(long value) {
    int bucket = bucket(Mix.mixed(value));
    int end = starts.get(bucket + 1);
    for (int at = starts.get(bucket); at < end; at++) {
      if (values.get(at) == value) {
        return at + 1;
      }
    }
    return values.size() + 1;
  }

  /** Writes the values as an npy file of unsigned 64-bit numbers. */
  public void write(Path file) throws IOException {
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      write(channel, ByteBuffer.wrap(NpyHeader.write(TYPE, List.of((long) values.size()))));
      ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
      for (int at = 0; at < values.size(); at++) {
        buffer.putLong(values.get(at));
        if (!buffer.hasRemaining()) {
          write(channel, buffer.flip());
          buffer.clear();
        }
      }
      write(channel, buffer.flip());
    }
  }

  private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /**
   * Maps what {@link #write} wrote.
   *
   * @param size how many values it has
   * @throws FarsightException if the file cannot be read, or is damaged; the message names it
   */
  public static Vocabulary read(Path file, int size) {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer start = ByteBuffer.allocate((int) Math.min(NpyHeader.MOST_BYTES, channel.size()));
      while (start.hasRemaining() && channel.read(start) >= 0) {
        // until it is full
      }
      NpyHeader header = NpyHeader.read(start.flip());
      if (!header.type().equals(TYPE)
          || !header.shape().equals(List.of((long) size))
          || header.fileBytes() != channel.size()) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "it is no npy file of %d unsigned 64-bit numbers", size));
      }
      return new Vocabulary(MappedValues.of(channel, header.bytes(), size));
    } catch (IllegalArgumentException e) {
      throw new FarsightException(file + ": is damaged: " + e.getMessage(), e);
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }
}
