package dev.farsight.reading.internal.record;

import dev.farsight.api.data.Permutation;
import dev.farsight.api.table.InitialRows;
import dev.farsight.reading.CountedFile;
import dev.farsight.reading.FileLayout;
import dev.farsight.reading.Records;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the first raw rows of several files in a random order: the {@linkplain CountedFile#groups
 * groups} in the order of a {@link Permutation}, and within a group blocks of {@value #BLOCK} rows,
 * or 256 MiB if that is less, in file order, each in the order of a permutation of its own. So
 * nothing is read twice, and a group of at most a block is shuffled as a whole.
 *
 * <p>Memory: a block of rows, up to twice 256 MiB, and 24 bytes a group. Whole groups are passed
 * over without reading them. Not thread-safe.
 */
final class ShuffledRows implements Rows {

  private static final int BLOCK = 1 << 17;
  private static final int BLOCK_BYTES = 1 << 28;

  /**
   * A group, or what of it belongs to the rows.
   *
   * @param first its first row in the file
   * @param number of its first row in all files
   */
  private record Group(int file, long first, long number, long rows) {}

  private final List<CountedFile> files;
  private final long seed;
  private final int epoch;
  private final List<Group> groups = new ArrayList<>();
  private final Permutation order;

  /** Position in {@link #order} of the group after the one at hand. */
  private int nextGroup;

  private Group group;

  /** Rows of the group that were put into blocks. */
  private long groupRow;

  /** Null while none of the group was read. */
  private Records records;

  private final RowBlock block = new RowBlock(BLOCK, BLOCK_BYTES);
  private Permutation blockOrder = new Permutation(0, 0, 0);

  /** Position in {@link #blockOrder}. */
  private int next;

  /**
   * @param end how many of the rows are read
   */
  ShuffledRows(List<CountedFile> files, long end, long seed, int epoch) {
    this.files = files;
    this.seed = seed;
    this.epoch = epoch;
    long number = 0;
    for (int file = 0; file < files.size(); file++) {
      long first = 0;
      for (long rows : files.get(file).groups()) {
        long inside = Math.min(rows, end - number);
        if (inside > 0) {
          groups.add(new Group(file, first, number, inside));
        }
        first += rows;
        number += rows;
      }
    }
    this.order = new Permutation(groups.size(), seed, epoch);
  }

  @Override
  public String place(int file, long number) {
    return files.get(file).place(number);
  }

  @Override
  public FileLayout layout(int file) {
    return files.get(file).layout();
  }

  @Override
  public void read(RowBlock into, int count) {
    for (int row = 0; row < count && !into.full() && toRow(); row++) {
      into.add(block, (int) blockOrder.at(next++));
    }
  }

  @Override
  public long skip(long count) {
    long skipped = 0;
    while (skipped < count) {
      int left = (int) blockOrder.size() - next;
      if (left > 0) {
        int some = (int) Math.min(left, count - skipped);
        next += some;
        skipped += some;
      } else if (!toGroup()) {
        return skipped;
      } else if (groupRow == 0 && group.rows() <= count - skipped) {
        skipped += group.rows();
        groupRow = group.rows();
      } else {
        readBlock();
      }
    }
    return skipped;
  }

  /** Makes sure that the block has a row left; false at the end. */
  private boolean toRow() {
    if (next == blockOrder.size()) {
      if (!toGroup()) {
        return false;
      }
      readBlock();
    }
    return true;
  }

  /** Makes sure that the group has a row left; false at the end. */
  private boolean toGroup() {
    while (group == null || groupRow == group.rows()) {
      close();
      if (nextGroup == groups.size()) {
        return false;
      }
      group = groups.get((int) order.at(nextGroup++));
      groupRow = 0;
    }
    return true;
  }

  /** Reads the group's next rows, of which there is one at least. */
  private void readBlock() {
    CountedFile file = files.get(group.file());
    if (records == null) {
      records = file.from(group.first());
    }
    long number = group.number() + groupRow;
    block.clear();
    while (groupRow < group.rows() && block.rows() < BLOCK && !block.full()) {
      if (!records.next()) {
        throw RowCursor.fewer(file);
      }
      block.add(records, group.file());
      groupRow++;
    }
    blockOrder = new Permutation(block.rows(), InitialRows.mix64(seed) + number, epoch);
    next = 0;
  }

  @Override
  public void close() {
    if (records != null) {
      records.close();
      records = null;
    }
  }
}
