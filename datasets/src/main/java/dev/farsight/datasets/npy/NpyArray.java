package dev.farsight.datasets.npy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.npy.NpyHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Set;

/**
 * An array of one or two dimensions in row-major order, in an npy file or a stored entry of an npz
 * file, mapped into memory in chunks of 1 GiB. An array of one dimension has one column. Values are
 * addressed by their position, which goes on from row to row.
 *
 * <p>Read-only, safe for concurrent use; reading allocates nothing. The mapping ends when the array
 * is garbage. If the file becomes shorter meanwhile, reading throws {@link InternalError}, now or a
 * little later in the same thread; {@link #requireWhole} tells then.
 */
final class NpyArray {

  /** No single mapping can have 2 GiB. */
  private static final int CHUNK_BITS = 30;

  private final Path file;
  private final String name;
  private final NpyType type;
  private final long rows;
  private final int columns;

  /** Where the array ends in the file. */
  private final long end;

  /** Values of a chunk are 2 to the power of this. */
  private final int chunkBits;

  private final int mask;

  // By chunk; null unless the values are as wide.
  private final ByteBuffer[] bytes;
  private final IntBuffer[] ints;
  private final FloatBuffer[] floats;
  private final LongBuffer[] longs;
  private final DoubleBuffer[] doubles;

  private NpyArray(ArrayPlace place, NpyHeader header, FileChannel channel, int byteBits)
      throws IOException {
    this.file = place.file();
    this.name = place.name();
    this.type = NpyType.of(header.type());
    this.rows = header.shape().get(0);
    this.columns = header.shape().size() == 1 ? 1 : (int) (long) header.shape().get(1);
    this.end = place.offset() + place.bytes();
    int width = type.bytes();
    this.chunkBits = byteBits - Integer.numberOfTrailingZeros(width);
    this.mask = (1 << chunkBits) - 1;
    long start = place.offset() + header.bytes();
    int chunks = (int) ((end - start + (1L << byteBits) - 1) >>> byteBits);
    bytes = new ByteBuffer[chunks];
    ints = width == Integer.BYTES ? new IntBuffer[chunks] : null;
    floats = width == Integer.BYTES ? new FloatBuffer[chunks] : null;
    longs = width == Long.BYTES ? new LongBuffer[chunks] : null;
    doubles = width == Long.BYTES ? new DoubleBuffer[chunks] : null;
    for (int c = 0; c < chunks; c++) {
      long from = start + ((long) c << byteBits);
      long length = Math.min(1L << byteBits, end - from);
      ByteBuffer chunk =
          channel.map(FileChannel.MapMode.READ_ONLY, from, length).order(ByteOrder.LITTLE_ENDIAN);
      bytes[c] = chunk;
      if (width == Integer.BYTES) {
        ints[c] = chunk.asIntBuffer();
        floats[c] = chunk.asFloatBuffer();
      } else if (width == Long.BYTES) {
        longs[c] = chunk.asLongBuffer();
        doubles[c] = chunk.asDoubleBuffer();
      }
    }
  }

  /**
   * Maps the array of an npy file.
   *
   * @throws FarsightException if it cannot be read or is no such array; one line with the file
   */
  static NpyArray open(Path file) {
    return open(file, CHUNK_BITS);
  }

  /**
   * The same with smaller chunks, for tests.
   *
   * @param byteBits bytes of a chunk are 2 to the power of this
   */
  static NpyArray open(Path file, int byteBits) {
    try {
      return open(ArrayPlace.whole(file), byteBits);
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }

  /** Maps the array at a place. */
  static NpyArray open(ArrayPlace place) {
    return open(place, CHUNK_BITS);
  }

  private static NpyArray open(ArrayPlace place, int byteBits) {
    try (FileChannel channel = FileChannel.open(place.file(), StandardOpenOption.READ)) {
      return new NpyArray(place, place.header(channel), channel, byteBits);
    } catch (IOException e) {
      throw DurableFiles.unreadable(place.file(), e);
    }
  }

  /** The file, and the entry if it is one, for messages. */
  String name() {
    return name;
  }

  NpyType type() {
    return type;
  }

  long rows() {
    return rows;
  }

  int columns() {
    return columns;
  }

  /** How many values there are. */
  long values() {
    return rows * columns;
  }

  /**
   * Checks the type of the values and the number of columns.
   *
   * @throws FarsightException if they are others
   */
  NpyArray require(Set<NpyType> types, int wantedColumns) {
    if (!types.contains(type)) {
      throw new FarsightException(
          name + ": has values of type " + type.numpyName() + ", not " + NpyType.names(types));
    }
    if (columns != wantedColumns) {
      throw new FarsightException(
          String.format(Locale.ROOT, "%s: has %d columns, not %d", name, columns, wantedColumns));
    }
    return this;
  }

  /** Checks the number of rows. */
  NpyArray requireRows(long wanted, String as) {
    if (rows != wanted) {
      throw new FarsightException(
          String.format(Locale.ROOT, "%s: has %d rows, and %s %d", name, rows, as, wanted));
    }
    return this;
  }

  /**
   * Checks that the file is still as long as it was.
   *
   * @throws FarsightException if not
   */
  void requireWhole() {
    long size;
    try {
      size = Files.size(file);
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
    if (size < end) {
      throw new FarsightException(file + ": became shorter while it was read");
    }
  }

  /** Copies values of 4 bytes as they are: int32, or the bits of float32. */
  void copyInts(long from, int count, int[] into, int at) {
    for (int copied = 0; copied < count; ) {
      IntBuffer chunk = ints[(int) ((from + copied) >>> chunkBits)];
      int place = (int) (from + copied) & mask;
      int length = Math.min(count - copied, chunk.capacity() - place);
      chunk.get(place, into, at + copied, length);
      copied += length;
    }
  }

  /** Copies values of float32. */
  void copyFloats(long from, int count, FloatBuffer into, int at) {
    for (int copied = 0; copied < count; ) {
      FloatBuffer chunk = floats[(int) ((from + copied) >>> chunkBits)];
      int place = (int) (from + copied) & mask;
      int length = Math.min(count - copied, chunk.capacity() - place);
      into.put(at + copied, chunk, place, length);
      copied += length;
    }
  }

  /** A value of a whole type; of float32 and float64 its bits. */
  long longAt(long position) {
    int chunk = (int) (position >>> chunkBits);
    int place = (int) position & mask;
    return switch (type) {
      case INT32, FLOAT32 -> ints[chunk].get(place);
      case INT64, FLOAT64 -> longs[chunk].get(place);
      case INT8 -> bytes[chunk].get(place);
      case UINT8, BOOL -> bytes[chunk].get(place) & 0xFF;
    };
  }

  /** A value of any type. */
  double doubleAt(long position) {
    return switch (type) {
      case FLOAT32 -> floats[(int) (position >>> chunkBits)].get((int) position & mask);
      case FLOAT64 -> doubles[(int) (position >>> chunkBits)].get((int) position & mask);
      default -> longAt(position);
    };
  }
}
