package dev.farsight.datasets.npy;

/** Has memory come into the processor's cache before it is read. */
final class CacheLines {

  private static final int BYTES = 64;

  private CacheLines() {}

  /**
   * Reads a little of each cache line that a sample needs. Where samples lie all over the files,
   * the lines of several come at once if nothing else is done between.
   *
   * @return what is of no use, but that it was read
   */
  static long touch(SampleFiles part, long row) {
    long read = touch(part.dense(), row) ^ touch(part.labels(), row) ^ touch(part.sparse(), row);
    for (int f = 0; f < part.bags().size(); f++) {
      BagArrays bag = part.bags().get(f);
      long first = bag.ragged() ? bag.offsets().longAt(row) : row;
      // Offsets are checked when lookups are counted; the last sample may have none.
      read ^= first < bag.ids().rows() ? touch(bag.ids(), first) : 0;
    }
    return read;
  }

  private static long touch(NpyArray array, long row) {
    if (array == null) {
      return 0;
    }
    int step = BYTES / array.type().bytes();
    long end = (row + 1) * array.columns();
    long read = array.longAt(end - 1);
    for (long position = row * array.columns(); position < end; position += step) {
      read ^= array.longAt(position);
    }
    return read;
  }
}
