package dev.farsight.engine.predict;

import dev.farsight.api.table.RowBits;

/**
 * Keeps the number of layers of packed rows small: a layer that is at least half as large as the
 * one below is merged with it, as in a log-structured merge tree. So there are at most log2 of the
 * rows, and a row is copied as often at most.
 */
final class LayerMerge {

  private LayerMerge() {}

  /**
   * The same rows in fewer layers.
   *
   * @param top closed by the caller, whether it is merged or not
   * @return a reader that the caller closes too; shares what is not merged
   */
  static PackedRows of(PackedRows top) {
    PackedRows lowest = top;
    long rows = top.packedRows();
    while (lowest.below() instanceof PackedRows below && 2 * rows >= below.packedRows()) {
      rows += below.packedRows();
      lowest = below;
    }
    return lowest == top ? top.share() : merge(top, lowest, rows);
  }

  private static PackedRows merge(PackedRows top, PackedRows lowest, long rows) {
    long tableRows = top.spec().tables().rows();
    var merged = new RowBits(tableRows);
    for (PackedRows layer = top; ; layer = (PackedRows) layer.below()) {
      merged.addAll(layer.packedIds());
      if (layer == lowest) {
        break;
      }
    }
    var below = lowest.below() instanceof PackedRows shared ? shared.share() : lowest.below();
    var builder = new PackedRowsBuilder(below, top.packing(), rows);
    try {
      for (long row = merged.next(0); row >= 0; row = merged.next(row + 1)) {
        builder.add(row, top.layerOf(row));
      }
      return builder.build();
    } catch (RuntimeException | Error e) {
      builder.close();
      throw e;
    }
  }
}
