package dev.farsight.storage.ssd;

import dev.farsight.api.FarsightException;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import java.nio.file.Path;
import java.util.Random;

/**
 * Writes batch after batch until it is killed, and prints the number of each once it is written.
 * Which rows a batch has is a function of its number, and its rows hold that number.
 */
final class KilledWriter {

  static final int BATCH = 200;

  private KilledWriter() {}

  /**
   * @param args the store's directory and the first batch; without a batch, only opens and waits
   */
  public static void main(String[] args) throws Exception {
    RowStore store;
    try {
      store = SsdRig.open(Path.of(args[0]));
    } catch (FarsightException e) {
      System.out.println(e.getMessage());
      return;
    }
    System.out.println("open");
    if (args.length == 1) {
      System.in.read();
      store.close();
      return;
    }
    RowBuffer rows = SsdRig.buffer(BATCH);
    for (int batch = Integer.parseInt(args[1]); ; batch++) {
      long[] ids = rows(batch);
      for (int i = 0; i < ids.length; i++) {
        SsdRig.fill(rows, i, ids[i], batch);
      }
      store.write(ids, 0, ids.length, rows, 0).await();
      System.out.println(batch);
    }
  }

  /** Distinct rows of a batch. */
  static long[] rows(int batch) {
    return new Random(batch).longs(0, SsdRig.TABLES.rows()).distinct().limit(BATCH).toArray();
  }
}
