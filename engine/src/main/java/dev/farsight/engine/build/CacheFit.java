package dev.farsight.engine.build;

import dev.farsight.engine.cache.CacheNeed;
import dev.farsight.engine.cache.CacheTooSmallException;
import dev.farsight.engine.cache.RegionLayout;
import dev.farsight.engine.settings.EngineSettings;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a cache holds the batches of a run.
 *
 * @param choice its size
 * @param mostUniqueRows most unique rows that a batch can have
 * @param regions the split of the slots; null if every row is resident
 */
public record CacheFit(CacheChoice choice, long mostUniqueRows, RegionLayout regions) {

  public static CacheFit of(EngineSettings settings, Shapes shapes) {
    var schema = shapes.step().schema();
    return new CacheFit(
        CacheChoice.of(settings, schema),
        new CacheNeed(schema, settings.batchSize()).uniqueRows(),
        shapes.regions());
  }

  /** Whether every batch that there can be fits. */
  public boolean holdsEveryBatch() {
    return remedy().isEmpty();
  }

  private Map<String, String> remedy() {
    return regions == null ? Map.of() : regions.remedy();
  }

  /** What to set so that every batch fits, in words. Empty if every batch does. */
  public String advice() {
    return holdsEveryBatch() ? "" : CacheTooSmallException.settings(remedy());
  }

  /** Why one of these batches does not fit, and what to do, in a line; empty if they all do. */
  public Optional<String> tooSmallFor(FirstBatches batches) {
    return batches.rows().stream()
        .filter(rows -> regions != null && !regions.holds(rows))
        .findFirst()
        .map(
            rows ->
                String.format(
                    Locale.ROOT,
                    "a batch has %,d unique rows, and the cache, of %,d slots, has no room for all of them; %s, or make data.batch-size smaller",
                    rows.length,
                    regions.slots(),
                    advice()));
  }
}
