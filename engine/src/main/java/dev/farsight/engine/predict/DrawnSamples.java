package dev.farsight.engine.predict;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.table.RowBits;
import dev.farsight.api.table.TableSet;
import java.util.Random;

/**
 * Samples that are drawn, to try a model without data. Features look up trained rows; dense values
 * are drawn from a normal distribution of mean 0 and deviation 1. Memory: one bit a row of the
 * tables.
 */
final class DrawnSamples {

  private final RowBits trained;
  private final Random random;

  /**
   * @param rows tell which rows were trained
   */
  DrawnSamples(RowReader rows, long seed) {
    long tableRows = rows.spec().tables().rows();
    trained = new RowBits(tableRows);
    rows.written(0, tableRows, trained);
    random = new Random(seed);
  }

  /** Fills a batch with so many samples. */
  void fill(Batch batch, int samples) {
    BatchSchema schema = batch.schema();
    for (int i = 0; i < samples * schema.denseWidth(); i++) {
      batch.dense().put(i, (float) random.nextGaussian());
    }
    for (int f = 0; f < schema.features().size(); f++) {
      Feature feature = schema.features().get(f);
      // Bags have one lookup, or the fewest that they may have; room is there for more.
      int lookups = Math.max(1, feature.minLookups());
      for (int i = 0; i < samples * lookups; i++) {
        batch.indices(f)[i] = drawIndex(schema.tables(), feature.table());
        if (feature.weighted()) {
          batch.lookupWeights(f).put(i, 1);
        }
      }
      for (int s = 0; batch.offsets(f) != null && s <= samples; s++) {
        batch.offsets(f)[s] = s * lookups;
      }
    }
    batch.samples(samples);
  }

  /** A trained row of the table, or any if it has none. */
  private int drawIndex(TableSet tables, int table) {
    int index = random.nextInt(tables.get(table).rows());
    long row = trained.next(tables.rowId(table, index));
    return row >= 0 && row < tables.offset(table + 1) ? tables.indexOf(table, row) : index;
  }
}
