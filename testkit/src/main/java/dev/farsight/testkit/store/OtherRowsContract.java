package dev.farsight.testkit.store;

import static dev.farsight.testkit.store.StoreCases.TABLES;
import static dev.farsight.testkit.store.StoreCases.all;
import static dev.farsight.testkit.store.StoreCases.tables;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.farsight.api.FarsightException;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.Draw;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.Precision;
import dev.farsight.api.table.RowFormat.StatePart;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A store that has other rows than it is opened for is refused, in a line that tells both: what it
 * has and what is asked for. Of a generation that it does not have, only the number asked for must
 * be told, since it may have several.
 */
interface OtherRowsContract extends StoreUnderTest {

  RowFormat FORMAT = RowFormat.fp32(16, List.of(new StatePart("n", 5, .25f)));

  /** One difference each between what a store has and what it is opened for. */
  enum Difference {
    ROWS_OF_A_TABLE(
        spec -> Specs.withTables(tables(1, 5, 64, 1, 1001, 3, 129), spec), "1000", "1001"),
    NAME_OF_A_TABLE(spec -> Specs.withTables(renamed(), spec), "t4", "items"),
    NUMBER_OF_TABLES(spec -> Specs.withTables(tables(1, 5, 64, 1, 1000, 3), spec), "7", "6"),
    WEIGHTS_OF_A_ROW(
        spec -> Specs.withFormat(RowFormat.fp32(17, FORMAT.state()), spec), "16", "17"),
    STATE_OF_A_ROW(spec -> Specs.withFormat(RowFormat.of(16, 6), spec), "5", "6"),
    START_OF_THE_STATE(
        spec -> Specs.withFormat(RowFormat.fp32(16, List.of(new StatePart("n", 5, .75f))), spec),
        "0.25",
        "0.75"),
    PRECISION(
        spec -> Specs.withFormat(new RowFormat(16, Precision.BF16, FORMAT.state()), spec),
        "fp32",
        "bf16"),
    DRAWS(
        spec -> Specs.withDraws(Collections.nCopies(TABLES.size(), Draw.normal(.125f)), spec),
        "uniform",
        "normal"),
    SEED(spec -> Specs.withSeed(31, spec), "7", "31"),
    /** A store may have several: it need not tell which it has. */
    GENERATION(spec -> spec.ofGeneration(31), "", "31");

    // Functions of a spec alone.
    @SuppressWarnings("ImmutableEnumChecker")
    private final UnaryOperator<StoreSpec> change;

    private final String has;
    private final String wanted;

    Difference(UnaryOperator<StoreSpec> change, String has, String wanted) {
      this.change = change;
      this.has = has;
      this.wanted = wanted;
    }

    private static TableSet renamed() {
      var renamed = new ArrayList<>(TABLES.tables());
      renamed.set(4, new Table("items", renamed.get(4).rows()));
      return new TableSet(renamed);
    }
  }

  @ParameterizedTest
  @EnumSource(Difference.class)
  default void aStoreOfOtherRowsIsRefused(Difference difference) {
    Assumptions.assumeTrue(stores().persistent(), "a store in memory");
    StoreSpec spec = spec(TABLES, FORMAT);
    StoreComparison comparison;
    try (RowStore store = stores().open(spec)) {
      comparison = new StoreComparison(store, 1);
      comparison.write(4, 70, 1000);
    }
    StoreSpec other = difference.change.apply(spec);
    Map<String, ThrowingCallable> openings =
        new TreeMap<>(
            Map.of(
                "open", () -> stores().open(other).close(),
                "reopen", () -> stores().reopen(other).close(),
                "openReader", () -> stores().openReader(other).close()));
    openings.forEach((name, opening) -> assertRefused(name, opening, difference, spec));
    try (RowStore store = stores().reopen(spec)) {
      comparison.over(store).verify(all(TABLES));
    }
  }

  private static void assertRefused(
      String name, ThrowingCallable opening, Difference difference, StoreSpec spec) {
    String what = name + " of a store with another " + difference;
    Throwable thrown = catchThrowable(opening);
    assertThat(thrown).as(what).isInstanceOf(FarsightException.class);
    // The folder may have such numbers in its name.
    String message = thrown.getMessage().replace(spec.directory().toString(), "");
    assertThat(message)
        .as(what)
        .doesNotContain("\n")
        .containsPattern(word(difference.has))
        .containsPattern(word(difference.wanted));
  }

  private static Pattern word(String word) {
    return Pattern.compile(word.isEmpty() ? "" : "\\b" + word + "\\b");
  }
}
