package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.cache.CacheTooSmallException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random small runs whose cache is mostly too small: what the message says to set is set, and the
 * run then works. One whose size is not set works at once.
 */
class SuggestedSizesTest {

  private static final Pattern SETTING =
      Pattern.compile("(cache\\.(?:tables\\.\\w+\\.)?(?:size|regions)) to (\"[^\"]+\"|\\d+)");

  @TempDir Path folder;

  private Random random;
  private int tables;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void whatAMessageSuggestsWorks(long seed) {
    random = new Random(seed);
    List<String> sets = anyRun();
    if (random.nextBoolean()) {
      giveOwnSlots(sets);
    }
    sets.add("cache.size=\"" + (1 + random.nextInt(60)) + " rows\"");
    String before = tooSmall(sets);
    if (before == null) {
      return;
    }
    int suggestions = 0;
    var matcher = SETTING.matcher(before);
    while (matcher.find()) {
      sets.add(matcher.group(1) + "=" + matcher.group(2));
      suggestions++;
    }
    assertThat(suggestions).as(before).isPositive();
    String after = tooSmall(sets);
    if (after != null) {
      fail("seed %d: %s; then, with %s: %s", seed, before, sets, after);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aSizeThatIsNotSetWorks(long seed) {
    random = new Random(seed);
    List<String> sets = anyRun();
    assertThat(tooSmall(sets)).as("seed %d: %s", seed, sets).isNull();
    // As if all rows were too many.
    sets.set(0, "data.synthetic.cardinalities=[600000, 700000, " + (1 + random.nextInt(50)) + "]");
    sets.add("train.max-steps=6");
    sets.add("report.hash-weights=false");
    assertThat(tooSmall(sets)).as("seed %d: %s", seed, sets).isNull();
  }

  private List<String> anyRun() {
    tables = 1 + random.nextInt(4);
    List<Integer> rows = new ArrayList<>();
    for (int t = 0; t < tables; t++) {
      rows.add(2 + random.nextInt(random.nextBoolean() ? 40 : 400));
    }
    return new ArrayList<>(
        List.of(
            "data.synthetic.cardinalities=" + rows,
            "data.synthetic.hotness=" + (1 + random.nextInt(3)),
            "data.synthetic.zipf=" + random.nextInt(2),
            "data.synthetic.rows=600",
            "data.batch-size=" + (1 + random.nextInt(90)),
            "lookahead.batches=" + (1 + random.nextInt(5)),
            "lookahead.planned=" + (1 + random.nextInt(3)),
            "cache.regions=" + (1 + random.nextInt(5)),
            "cache.policy=" + List.of("lru", "lfu", "lookahead").get(random.nextInt(3))));
  }

  /** Slots of their own for some tables. */
  private void giveOwnSlots(List<String> sets) {
    for (int t = 1; t <= tables; t++) {
      if (random.nextBoolean()) {
        sets.add("cache.tables.C%d.size=\"%d rows\"".formatted(t, 1 + random.nextInt(20)));
      }
    }
  }

  /** The message of a run whose cache is too small; null if it works. */
  private String tooSmall(List<String> sets) {
    try {
      new TestRun(folder).set("cache.size=null").set(sets.toArray(String[]::new)).train();
      return null;
    } catch (CacheTooSmallException | ConfigException e) {
      return e.getMessage();
    } catch (FarsightException e) {
      throw new AssertionError(sets.toString(), e);
    }
  }
}
