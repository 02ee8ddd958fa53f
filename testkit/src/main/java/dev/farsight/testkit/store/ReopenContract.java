package dev.farsight.testkit.store;

import static dev.farsight.testkit.store.StoreCases.TABLES;
import static dev.farsight.testkit.store.StoreCases.all;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.RowFormat;
import dev.farsight.testkit.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Rows that outlive their process: closed, abandoned, and opened again. */
interface ReopenContract extends StoreUnderTest {

  int REOPENED_SEEDS = 2;

  RowFormat KEPT = RowFormat.of(16, 1);

  private void assumePersistent() {
    Assumptions.assumeTrue(stores().persistent(), "a store in memory");
  }

  private StoreSpec kept() {
    return spec(TABLES, KEPT);
  }

  @Test
  default void aStoreInMemoryHasNoIdentityAndNoReader() {
    Assumptions.assumeFalse(stores().persistent(), "a store that keeps its rows");
    StoreSpec spec = kept();
    try (RowStore store = stores().open(spec)) {
      new StoreComparison(store, 1).write(4, 70);
      assertThat(store.identity()).as("identity() of a store in memory").isEmpty();
    }
    assertThatThrownBy(() -> stores().openReader(spec))
        .as("openReader of a store in memory")
        .isInstanceOf(FarsightException.class)
        .hasMessageNotContaining("\n");
  }

  @Test
  default void rowsWrittenComeBackAfterReopening() {
    assumePersistent();
    for (long seed = 1; seed <= REOPENED_SEEDS; seed++) {
      var random = new Random(seed);
      StoreSpec spec = kept();
      StoreComparison comparison;
      try (RowStore store = stores().open(spec)) {
        comparison = new StoreComparison(store, seed);
        comparison.write(comparison.ids(300, (int) TABLES.rows(), 1, 0));
      }
      for (int times = 1; times <= 3; times++) {
        try (RowStore store = times == 2 ? stores().open(spec) : stores().reopen(spec)) {
          comparison = comparison.over(store);
          comparison.verify(all(TABLES));
          comparison.write(comparison.ids(random.nextInt(100), (int) TABLES.rows(), 1, 0));
          comparison.verify(all(TABLES));
        } catch (AssertionError e) {
          throw new AssertionError(
              "seed %d, opened %d times again: %s".formatted(seed, times, e.getMessage()), e);
        }
      }
    }
  }

  @Test
  default void rowsHeldAreCountedAfterReopening() {
    assumePersistent();
    StoreSpec spec = kept();
    try (RowStore store = stores().open(spec)) {
      new StoreComparison(store, 1).write(4, 70, 1000);
    }
    try (RowStore store = stores().reopen(spec)) {
      assertThat(store.rowsHeld()).as("rowsHeld() after reopen").isEqualTo(3);
      assertThat(store.spec()).as("spec() after reopen").isEqualTo(spec);
    }
  }

  @Test
  default void anIdentityStaysAndIsNoOtherStores() {
    assumePersistent();
    StoreSpec spec = kept();
    String id;
    try (RowStore store = stores().open(spec);
        RowStore other = stores().open(kept())) {
      var identity = store.identity().orElseThrow();
      assertThat(identity.created()).as("created by the first opening").isTrue();
      assertThat(identity.place()).as("place of identity()").isNotBlank();
      assertThat(identity.generation()).as("generation of identity()").isZero();
      assertThat(other.identity().orElseThrow().id())
          .as("id of another store")
          .isNotEqualTo(identity.id());
      id = identity.id();
    }
    for (int times = 1; times <= 2; times++) {
      try (RowStore store = stores().reopen(spec)) {
        var identity = store.identity().orElseThrow();
        assertThat(identity.id()).as("id after reopen").isEqualTo(id);
        assertThat(identity.created()).as("created by a later opening").isFalse();
        store.beginGeneration(times);
        store.flush();
        String after = "after beginGeneration(" + times + ")";
        assertThat(store.identity().orElseThrow().id()).as("id " + after).isEqualTo(id);
        assertThat(store.identity().orElseThrow().generation())
            .as("generation of identity() " + after)
            .isEqualTo(times);
        store.returnToGeneration(0);
      }
    }
  }

  /** A copy of the files of a store in use is what a process leaves behind that is killed. */
  @Test
  default void whatIsFlushedIsThereAfterAKill() throws IOException {
    assumePersistent();
    for (long seed = 1; seed <= REOPENED_SEEDS; seed++) {
      StoreSpec spec = kept();
      Path left = newFolder();
      StoreComparison comparison;
      try (RowStore store = stores().open(spec)) {
        comparison = new StoreComparison(store, seed);
        for (int round = 0; round < 3; round++) {
          comparison.write(comparison.ids(200, (int) TABLES.rows(), 1, 0));
          store.flush();
        }
        Folders.copy(spec.directory(), left);
      }
      try (RowStore store = stores().reopen(Specs.in(left, spec))) {
        comparison = comparison.over(store);
        comparison.verify(all(TABLES));
        comparison.write(comparison.ids(200, (int) TABLES.rows(), 1, 0));
        comparison.verify(all(TABLES));
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  @Test
  default void everyGenerationThatIsKeptCanBeReopened() {
    assumePersistent();
    StoreSpec spec = kept();
    StoreComparison first;
    StoreComparison second;
    try (RowStore store = stores().open(spec)) {
      first = new StoreComparison(store, 1);
      first.write(4, 70, 1000);
      store.flush();
      store.beginGeneration(1);
      second = new StoreComparison(store, 2);
      second.write(4, 5);
    }
    try (RowStore store = stores().reopen(spec.ofGeneration(1))) {
      second.over(store).verify(all(TABLES));
      assertThat(store.identity().orElseThrow().generation())
          .as("generation of identity() after reopen in generation 1")
          .isEqualTo(1);
    }
    try (RowStore store = stores().reopen(spec)) {
      first.over(store).verify(all(TABLES));
      assertThat(store.identity().orElseThrow().generation())
          .as("generation of identity() after reopen in generation 0")
          .isZero();
      store.returnToGeneration(1);
      second.over(store).verify(all(TABLES));
    }
  }

  @Test
  default void aReaderGivesTheRowsAndChangesNoFile() throws IOException {
    assumePersistent();
    StoreSpec spec = kept();
    StoreComparison comparison;
    String id;
    try (RowStore store = stores().open(spec)) {
      comparison = new StoreComparison(store, 3);
      comparison.write(comparison.ids(300, (int) TABLES.rows(), 1, 0));
      id = store.identity().orElseThrow().id();
    }
    var before = Folders.contents(spec.directory());
    try (RowReader reader = stores().openReader(spec);
        RowReader other = stores().openReader(spec)) {
      comparison.verify(reader, all(TABLES));
      comparison.verify(other, all(TABLES));
      assertThat(reader.identity().orElseThrow().id()).as("id of a reader").isEqualTo(id);
    }
    assertThat(Folders.contents(spec.directory())).as("files").isEqualTo(before);
  }

  @Test
  default void nothingIsMadeWhereThereAreNoRows() {
    assumePersistent();
    StoreSpec spec = kept();
    assertThatThrownBy(() -> stores().reopen(spec))
        .as("reopen where nothing is")
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining(spec.directory().toString())
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> stores().openReader(spec))
        .as("openReader where nothing is")
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining(spec.directory().toString())
        .hasMessageNotContaining("\n");
    assertThat(spec.directory()).as("the folder after reopen and openReader").doesNotExist();
  }
}
