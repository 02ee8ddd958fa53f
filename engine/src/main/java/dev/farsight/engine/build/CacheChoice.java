package dev.farsight.engine.build;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.internal.Sizes;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.CacheNeed;
import dev.farsight.engine.cache.CacheSize;
import dev.farsight.engine.settings.EngineSettings;
import dev.farsight.engine.settings.RowFormats;
import java.util.Locale;
import java.util.Map;

/**
 * The slots of {@code cache.size}, or those that are chosen if it is not set: 1 % of the rows if
 * that holds every batch; else all rows if they are small; else the least that holds every batch.
 *
 * @param slots of the whole cache
 * @param chosen whether the user has not set the size
 * @param reason why so many, in a few words
 */
public record CacheChoice(long slots, boolean chosen, String reason) {

  /** A step's own buffers take about as much, so a cache in place of all rows would save little. */
  static final long SMALL_BYTES = 64L << 20;

  private static final double USUAL_SHARE = .01;
  private static final String SIZE = "size";

  /**
   * @throws dev.farsight.api.config.ConfigException if the setting is wrong
   */
  public static CacheChoice of(EngineSettings settings, BatchSchema schema) {
    Settings cache = settings.farsight().section("cache");
    TableSet tables = schema.tables();
    RowFormat format = RowFormats.of(settings.farsight());
    if (cache.has(SIZE)) {
      long slots = CacheSize.slots(cache, SIZE, tables.rows(), format);
      return new CacheChoice(slots, false, "cache.size = " + cache.string(SIZE));
    }
    var need = new CacheNeed(schema, settings.batchSize());
    Map<String, Long> ownSlots = TableSlots.of(cache, tables, format);
    long own = ownSlots.values().stream().mapToLong(Long::longValue).sum();
    long others = ownSlots.size() == tables.size() ? 0 : need.shared(ownSlots, settings.regions());
    return choose(tables.rows(), own, own + others, format, settings.batchSize());
  }

  private static CacheChoice choose(
      long rows, long own, long least, RowFormat format, int batchSize) {
    long usual = (long) Math.ceil(rows * USUAL_SHARE);
    String usualText = String.format(Locale.ROOT, "1 %% of %,d rows", rows);
    if (usual >= least) {
      return new CacheChoice(usual, true, usualText + ", which holds every batch");
    }
    long bytes = rows * format.bytes();
    if (own == 0 && bytes <= SMALL_BYTES) {
      return new CacheChoice(
          rows,
          true,
          "all rows, which take only " + Sizes.text(bytes) + "; 1 % may not hold a batch");
    }
    return new CacheChoice(
        Math.min(rows, least),
        true,
        String.format(
            Locale.ROOT,
            "the least that holds every batch of %,d samples; %s may not",
            batchSize,
            usualText));
  }

  /** A line for people: {@code cache: 337,626 slots, chosen because ...}. */
  public String line() {
    return String.format(
        Locale.ROOT,
        "cache: %,d slots, %s%s",
        slots,
        reason,
        chosen ? " (cache.size is not set)" : "");
  }
}
