package dev.farsight.testkit.store;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.RowStore;
import java.util.Arrays;
import java.util.Random;

/**
 * Plays the same calls to a store and to a {@link NaiveRowStore}, and compares. Every call has
 * random offsets into the array of ids and into the buffer; both buffers start with the same random
 * bytes and are compared whole, so that a byte touched beside the rows asked for is found. Ids
 * beside the range that counts are illegal. Rows hold random bits: NaNs, infinities and -0 too.
 *
 * <p>Neither store is closed here. Not thread-safe; several comparisons may share a store if each
 * keeps to rows of its own.
 */
public final class StoreComparison {

  private static final int MARGIN = 3;

  /** Ids that a message names. */
  private static final int SHOWN = 8;

  private final RowStore store;
  private final NaiveRowStore oracle;
  private final Random random;

  public StoreComparison(RowStore store, long seed) {
    this(store, new NaiveRowStore(store.spec()), new Random(seed));
  }

  private StoreComparison(RowStore store, NaiveRowStore oracle, Random random) {
    this.store = store;
    this.oracle = oracle;
    this.random = random;
  }

  /** Goes on with a store that is to hold the same rows: one closed and opened again. */
  public StoreComparison over(RowStore reopened) {
    return new StoreComparison(reopened, oracle, random);
  }

  /** Writes random values to these rows. */
  public void write(long... ids) {
    int from = random.nextInt(MARGIN);
    int at = random.nextInt(MARGIN);
    long[] padded = padded(ids, from);
    RowBuffer values = scrambled(ids.length, random.nextLong());
    RowBuffer untouched = copy(values);
    call("write", ids, () -> store.write(padded, from, ids.length, values, at).await());
    oracle.write(padded, from, ids.length, values, at).await();
    assertThat(values.bytes().mismatch(untouched.bytes()))
        .as("first byte of the source that a write of %s changed", rows(ids))
        .isEqualTo(-1);
  }

  /** Draws all rows anew. */
  public void beginGeneration(int generation) {
    try {
      store.beginGeneration(generation);
    } catch (RuntimeException e) {
      throw new AssertionError("beginGeneration(" + generation + "): " + e, e);
    }
    oracle.beginGeneration(generation);
  }

  /** Reads these rows and compares them with the oracle's. */
  public void verify(long... ids) {
    verify(store, ids);
  }

  /** Reads these rows from a reader of the same rows and compares them with the oracle's. */
  public void verify(RowReader reader, long... ids) {
    int from = random.nextInt(MARGIN);
    int at = random.nextInt(MARGIN);
    long[] padded = padded(ids, from);
    RowBuffer actual = scrambled(ids.length, random.nextLong());
    RowBuffer expected = copy(actual);
    call("read", ids, () -> reader.read(padded, from, ids.length, actual, at).await());
    oracle.read(padded, from, ids.length, expected, at).await();
    int differs = actual.bytes().mismatch(expected.bytes());
    assertThat(differs)
        .as(() -> "read " + place(differs, ids, at) + " of " + store.spec().tables())
        .isEqualTo(-1);
    call("written", ids, () -> verifyWritten(reader, ids));
  }

  private void verifyWritten(RowReader reader, long[] ids) {
    for (long id : ids) {
      assertThat(reader.written(id)).as("written(%d)", id).isEqualTo(oracle.written(id));
    }
  }

  /** Names the call and its rows if the store throws. */
  private static void call(String name, long[] ids, Runnable body) {
    try {
      body.run();
    } catch (RuntimeException e) {
      throw new AssertionError(name + " of " + rows(ids) + ": " + e, e);
    }
  }

  private static String rows(long[] ids) {
    String shown = Arrays.stream(ids).limit(SHOWN).mapToObj(Long::toString).collect(joining(", "));
    String more = ids.length > SHOWN ? " and " + (ids.length - SHOWN) + " more" : "";
    return ids.length == 0 ? "no rows" : "rows " + shown + more;
  }

  /** Distinct ids out of [0, bound) times {@code stride} plus {@code offset}, in random order. */
  public long[] ids(int count, int bound, int stride, int offset) {
    return random
        .longs(0, bound)
        .distinct()
        .limit(Math.min(count, bound))
        .map(id -> id * stride + offset)
        .toArray();
  }

  private String place(int differs, long[] ids, int at) {
    int bytes = store.spec().format().bytes();
    int row = differs / bytes - at;
    return row < 0 || row >= ids.length
        ? "touched the buffer beside its rows, at row " + row
        : "row " + ids[row] + ", position " + row + ", byte " + differs % bytes;
  }

  private static long[] padded(long[] ids, int from) {
    var padded = new long[from + ids.length + MARGIN];
    Arrays.fill(padded, Long.MIN_VALUE);
    System.arraycopy(ids, 0, padded, from, ids.length);
    return padded;
  }

  private RowBuffer scrambled(int rows, long seed) {
    RowBuffer buffer = buffer(rows + 2 * MARGIN);
    var bytes = new byte[buffer.bytes().capacity()];
    new Random(seed).nextBytes(bytes);
    buffer.bytes().put(0, bytes);
    return buffer;
  }

  private RowBuffer copy(RowBuffer source) {
    RowBuffer copy = buffer(source.capacity());
    copy.bytes().put(0, source.bytes(), 0, copy.bytes().capacity());
    return copy;
  }

  private RowBuffer buffer(int rows) {
    return RowBuffer.allocate(store.spec().format(), rows, HostBuffers.plain());
  }
}
