package dev.farsight.storage.ssd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The folders of generations: left whole by a killed process, and deleted when nobody needs them.
 */
class GenerationsTest {

  private static final int KILLS = Integer.getInteger("farsight.kills", 3);
  private static final SsdStoreFactory FACTORY = new SsdStoreFactory();

  @TempDir Path folder;

  private StoreSpec spec(int generation) {
    return SsdRig.spec(folder).ofGeneration(generation);
  }

  private static void write(RowStore store, long row, int version) {
    RowBuffer rows = SsdRig.buffer(1);
    SsdRig.fill(rows, 0, row, version);
    store.write(new long[] {row}, 0, 1, rows, 0).await();
  }

  /** Row 11 of each generation has the generation's number, and no other row was written. */
  private static void assertOf(int generation, RowReader store) {
    RowBuffer rows = SsdRig.buffer(2);
    store.read(new long[] {11, 12}, 0, 2, rows, 0).await();
    assertThat(rows.floats().get(2)).isEqualTo(SsdRig.value(11, generation, 2));
    RowBuffer initial = SsdRig.buffer(1);
    store.spec().initial().fill(12, initial, 0);
    assertThat(rows.floats().get(rows.wordAt(1))).isEqualTo(initial.floats().get(0));
    assertThat(store.rowsHeld()).isEqualTo(1);
    assertThat(store.spec().initial().generation()).isEqualTo(generation);
    assertThat(store.identity().orElseThrow().generation()).isEqualTo(generation);
  }

  /** A store with the generations 0 to 2, of which 2 is open. */
  private RowStore three() {
    RowStore store = FACTORY.open(spec(0));
    write(store, 11, 0);
    for (int generation = 1; generation < 3; generation++) {
      store.beginGeneration(generation);
      write(store, 11, generation);
    }
    return store;
  }

  @Test
  void eachGenerationIsReopenedAndReadByItsNumber() {
    String id;
    try (RowStore store = three()) {
      assertOf(2, store);
      id = store.identity().orElseThrow().id();
      assertThat(store.identity().orElseThrow().place()).isEqualTo(folder.toString());
    }
    for (int generation : new int[] {1, 0, 2}) {
      try (RowReader reader = FACTORY.openReader(spec(generation));
          RowReader other = FACTORY.openReader(spec(1))) {
        assertOf(generation, reader);
        assertOf(1, other);
      }
      try (RowStore store = FACTORY.reopen(spec(generation))) {
        assertOf(generation, store);
        assertThat(store.identity().orElseThrow().id()).isEqualTo(id);
        assertThat(store.identity().orElseThrow().created()).isFalse();
      }
    }
    for (int missing : new int[] {3, 1_000_000_000}) {
      assertThatThrownBy(() -> FACTORY.reopen(spec(missing)))
          .isInstanceOf(FarsightException.class)
          .hasMessageContaining(folder + ": has no rows of generation " + missing);
      assertThatThrownBy(() -> FACTORY.openReader(spec(missing)))
          .hasMessageContaining("has no rows of generation " + missing);
    }
  }

  @Test
  void aRunThatBeginsIsRefused() {
    three().close();
    assertThatThrownBy(() -> FACTORY.open(spec(0)))
        .hasMessageContaining("contains the rows of an earlier run");
  }

  @Test
  void theFilesOfOtherGenerationsAreDeletedAndNoOthers() throws IOException {
    Path foreign = folder.resolve("generation-1/notes.txt");
    try (RowStore store = three()) {
      Files.writeString(foreign, "mine");
      Files.writeString(folder.resolve("generation-x"), "mine");
      long all = store.stats().bytes();
      store.keepGenerations(Set.of(0, 1));
      assertThat(store.stats().bytes()).isEqualTo(all);
      store.keepGenerations(Set.of(1));
      assertThat(store.stats().bytes()).isEqualTo(all / 3 * 2);
      assertThat(folder.resolve("rows-0.map")).doesNotExist();
      assertThat(folder.resolve("written.rows")).doesNotExist();
      assertThatThrownBy(() -> store.returnToGeneration(0))
          .hasMessageContaining("has no rows of generation 0");
      store.returnToGeneration(1);
      assertOf(1, store);
      store.returnToGeneration(2);
      store.keepGenerations(Set.of());
      store.keepGenerations(Set.of());
      assertThat(store.stats().bytes()).isEqualTo(all / 3);
      assertOf(2, store);
    }
    assertThat(foreign).hasContent("mine");
    try (var left = Files.list(foreign.getParent())) {
      assertThat(left).containsExactly(foreign);
    }
    assertThatThrownBy(() -> FACTORY.reopen(spec(0)))
        .hasMessageContaining("no rows of generation 0");
    assertThatThrownBy(() -> FACTORY.openReader(spec(0)))
        .hasMessageContaining("no rows of generation 0");
    assertThatThrownBy(() -> FACTORY.open(spec(0)))
        .hasMessageContaining("contains the rows of an earlier run");
    try (RowStore store = FACTORY.reopen(spec(2))) {
      assertOf(2, store);
      // Over the foreign file.
      store.beginGeneration(1);
      write(store, 11, 1);
      assertOf(1, store);
    }
    assertThat(foreign).hasContent("mine");
  }

  /** What there may be of a generation after a process was killed while it deleted it. */
  @ParameterizedTest
  @ValueSource(strings = {"listed", "without store.json", "without a map", "empty"})
  void aDeletionThatWasInterruptedIsRepeated(String state) throws IOException {
    try (RowStore store = three()) {
      store.returnToGeneration(0);
    }
    Path one = folder.resolve("generation-1");
    Making.begin(one, List.of("rows-0.map", "rows-1.map", "rows-2.map"));
    if (!state.equals("listed")) {
      Files.delete(one.resolve("store.json"));
    }
    if (state.equals("without a map")) {
      Files.delete(one.resolve("written.rows"));
      Files.delete(one.resolve("rows-1.map"));
    }
    if (state.equals("empty")) {
      for (String name : List.of("written.rows", "rows-0.map", "rows-1.map", "rows-2.map")) {
        Files.delete(one.resolve(name));
      }
      Files.delete(one.resolve("store.making"));
    }
    try (RowStore store = FACTORY.reopen(spec(2))) {
      store.keepGenerations(Set.of(0));
      assertThat(one).doesNotExist();
      Making.begin(folder, List.of("rows-0.map", "rows-1.map", "rows-2.map"));
    }
    try (RowStore store = FACTORY.reopen(spec(0))) {
      assertOf(0, store);
      store.beginGeneration(2);
      assertThat(store.rowsHeld()).isZero();
      write(store, 11, 2);
      assertOf(2, store);
      store.keepGenerations(Set.of());
    }
    assertThat(folder.resolve("rows-0.map")).doesNotExist();
    assertThat(folder.resolve("store.making")).doesNotExist();
  }

  @Test
  void whatIsInTheWayOfAFolderStaysAndIsNamed() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    try (RowStore store = FACTORY.open(spec(0))) {
      write(store, 11, 0);
      Files.createSymbolicLink(folder.resolve("generation-1"), elsewhere);
      Files.writeString(folder.resolve("generation-2"), "mine");
      for (int generation : new int[] {1, 2}) {
        assertThatThrownBy(() -> store.beginGeneration(generation))
            .isInstanceOf(FarsightException.class)
            .hasMessageContaining("generation-" + generation);
      }
      assertOf(0, store);
      store.keepGenerations(Set.of());
    }
    assertThat(elsewhere).isEmptyDirectory();
    assertThat(folder.resolve("generation-2")).hasContent("mine");
  }

  @Test
  void aFolderOfAnotherStoreIsRefused() throws IOException {
    three().close();
    Path other = folder.resolve("other");
    RowStore store = FACTORY.open(SsdRig.spec(other));
    store.beginGeneration(1);
    store.close();
    Path one = folder.resolve("generation-1");
    Files.move(one, folder.resolve("away"));
    Files.move(other.resolve("generation-1"), one);
    assertThatThrownBy(() -> FACTORY.reopen(spec(1)))
        .hasMessageContaining("generation-1/store.json: is damaged: it belongs to another store");
    assertThatThrownBy(() -> FACTORY.openReader(spec(1)))
        .hasMessageContaining("it belongs to another store");
  }

  @Test
  void theForecastAndTheRoomNeededCountAllGenerations() {
    StoreSpec one = spec(0);
    var three =
        new StoreSpec(one.tables(), one.format(), one.initial(), one.own(), 2, one.directory(), 3);
    assertThat(FACTORY.forecast(three).bytes(Tier.SSD))
        .isEqualTo(3 * FACTORY.forecast(one).bytes(Tier.SSD));
    var many =
        new StoreSpec(
            one.tables(), one.format(), one.initial(), one.own(), 2, one.directory(), 1 << 30);
    assertThatThrownBy(() -> FACTORY.open(many))
        .hasMessageContaining("storage ssd reserves")
        .hasMessageContaining("in 1073741824 generations");
  }

  @Test
  @Timeout(1800)
  void theLastFullGenerationSurvivesKill9() throws Exception {
    long seed = System.nanoTime();
    var random = new Random(seed);
    int full = -1;
    for (int round = 0; round < KILLS; round++) {
      Process writer =
          ChildJvm.start(true, KilledGenerations.class, folder.toString(), String.valueOf(full));
      try (var out =
          new BufferedReader(
              new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
        assertThat(out.readLine()).as("seed %d", seed).isEqualTo("open");
        full = Integer.parseInt(out.readLine());
        TimeUnit.MILLISECONDS.sleep(random.nextInt(500));
        new ProcessBuilder("kill", "-9", String.valueOf(writer.pid())).start().waitFor();
        assertThat(writer.waitFor(20, TimeUnit.SECONDS)).isTrue();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          full = Integer.parseInt(line);
        }
      } finally {
        writer.destroyForcibly();
      }
      try (RowStore store = FACTORY.reopen(spec(full))) {
        long[] ids = KilledWriter.rows(full);
        assertThat(store.rowsHeld()).as("seed %d, round %d", seed, round).isEqualTo(ids.length);
        RowBuffer actual = SsdRig.buffer(ids.length);
        RowBuffer expected = SsdRig.buffer(ids.length);
        store.read(ids, 0, ids.length, actual, 0).await();
        for (int i = 0; i < ids.length; i++) {
          SsdRig.fill(expected, i, ids[i], full);
        }
        assertThat(actual.bytes().mismatch(expected.bytes())).as("seed %d", seed).isEqualTo(-1);
      }
    }
    assertThat(full).isPositive();
  }
}
