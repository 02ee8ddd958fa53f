package dev.farsight.storage.ssd;

import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import java.nio.file.Path;
import java.util.Set;

/**
 * Fills one generation after the other until it is killed, keeping the last one that is full, and
 * prints the number of each once it is full. Which rows a generation has is a function of its
 * number, and its rows hold that number.
 */
final class KilledGenerations {

  private KilledGenerations() {}

  /**
   * @param args the store's directory, and the last generation that is full; -1 if there is no
   *     store
   */
  public static void main(String[] args) {
    var factory = new SsdStoreFactory();
    StoreSpec spec = SsdRig.spec(Path.of(args[0]));
    int full = Integer.parseInt(args[1]);
    RowStore store = full < 0 ? factory.open(spec) : factory.reopen(spec.ofGeneration(full));
    System.out.println("open");
    for (int generation = Math.max(0, full); ; generation++) {
      if (generation > full) {
        fill(store, generation);
        System.out.println(generation);
      }
      store.beginGeneration(generation + 1);
      store.keepGenerations(Set.of(generation));
    }
  }

  private static void fill(RowStore store, int generation) {
    long[] ids = KilledWriter.rows(generation);
    RowBuffer rows = SsdRig.buffer(ids.length);
    for (int i = 0; i < ids.length; i++) {
      SsdRig.fill(rows, i, ids[i], generation);
    }
    store.write(ids, 0, ids.length, rows, 0).await();
    store.flush();
  }
}
