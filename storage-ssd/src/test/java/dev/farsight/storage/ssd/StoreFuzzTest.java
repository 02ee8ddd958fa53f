package dev.farsight.storage.ssd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.FarsightException;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.testkit.fuzz.Mutations;
import dev.farsight.testkit.fuzz.Mutations.Mutant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged stores: a reader gives every row as it was written or says which file is damaged; a
 * writer opens or refuses; no file grows, and nothing else is touched.
 */
class StoreFuzzTest {

  private static final SsdStoreFactory FACTORY = new SsdStoreFactory();
  private static final TableSet TABLES = new TableSet(List.of(new Table("t", 300)));
  private static final int ROWS = 150;
  private static final long SEED = 30;

  @TempDir Path folder;
  private Path directory;
  private StoreSpec spec;
  private final Map<String, byte[]> whole = new TreeMap<>();
  private float[][] expected;
  private int opened;

  @BeforeEach
  void make() throws IOException {
    directory = folder.resolve("store");
    spec = SsdRig.spec(directory, TABLES, SsdRig.FORMAT, 7, "maps = 2");
    expected = new float[(int) TABLES.rows()][SsdRig.FORMAT.words()];
    try (RowStore store = FACTORY.open(spec)) {
      RowBuffer buffer = SsdRig.buffer(1);
      for (int row = 0; row < TABLES.rows(); row++) {
        if (row < ROWS) {
          SsdRig.fill(buffer, 0, row, 3);
          store.write(new long[] {row}, 0, 1, buffer, 0).await();
        } else {
          spec.initial().fill(row, buffer, 0);
        }
        buffer.get(0, expected[row]);
      }
    }
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        whole.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    Files.writeString(folder.resolve("beside"), "untouched");
  }

  /** The store with one file damaged; without its mark, as if it had been killed, if not closed. */
  private void restore(String damaged, byte[] bytes, boolean closed) throws IOException {
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    for (var file : whole.entrySet()) {
      boolean mark = file.getKey().equals("written.rows");
      Files.write(
          directory.resolve(mark && !closed ? "written.before" : file.getKey()),
          file.getKey().equals(damaged) ? bytes : file.getValue());
    }
  }

  /** Of maps every second is as long as the map: others are refused by their size. */
  private List<Mutant> mutants(String file, long seed, int count) {
    int length = whole.get(file).length;
    var mutations = new Mutations(whole.get(file), seed);
    return IntStream.iterate(0, m -> m + 1)
        .mapToObj(mutations::mutant)
        .filter(
            mutant ->
                !file.endsWith(".map")
                    || mutant.bytes().length == length
                    || mutant.changes().hashCode() % 2 == 0)
        .limit(count)
        .toList();
  }

  private Map<String, Long> sizes() throws IOException {
    var sizes = new TreeMap<String, Long>();
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sizes.put(folder.relativize(file).toString(), Files.size(file));
      }
    }
    return sizes;
  }

  /** Reads one row; false if the reader says that it is damaged. */
  private boolean read(RowReader reader, int row, float[] values, String where) {
    RowBuffer buffer = SsdRig.buffer(1);
    try {
      reader.read(new long[] {row}, 0, 1, buffer, 0).await();
    } catch (FarsightException e) {
      assertThat(e).as(where).hasMessageContaining(directory.toString());
      return false;
    }
    buffer.get(0, values);
    return true;
  }

  private void reads(String file, int mutants) throws IOException {
    float[] values = new float[SsdRig.FORMAT.words()];
    for (Mutant mutant : mutants(file, SEED, mutants)) {
      String where = file + ", " + mutant;
      restore(file, mutant.bytes(), true);
      Map<String, Long> before = sizes();
      try (RowReader reader = FACTORY.openReader(spec)) {
        opened++;
        for (int row = 0; row < TABLES.rows(); row++) {
          if (read(reader, row, values, where)) {
            assertThat(values).as("row %d, %s", row, where).isEqualTo(expected[row]);
          }
        }
      } catch (FarsightException e) {
        assertThat(e).as(where).hasMessageContaining(directory.toString());
        assertThat(e.getMessage()).as(where).doesNotContain("\n").hasSizeLessThan(2000);
      }
      assertThat(sizes()).as(where).isEqualTo(before);
      assertThat(directory.resolve(file)).as(where).hasBinaryContent(mutant.bytes());
    }
  }

  /** A writer may find rows gone, but never others; what is gone is counted. */
  private void recovers(String file, int mutants) throws IOException {
    float[] values = new float[SsdRig.FORMAT.words()];
    for (Mutant mutant : mutants(file, SEED + 1, mutants)) {
      String where = file + ", " + mutant;
      restore(file, mutant.bytes(), false);
      long maps = mapBytes();
      int gone = 0;
      try (RowStore store = FACTORY.open(spec)) {
        opened++;
        for (int row = 0; row < TABLES.rows(); row++) {
          if (row < ROWS && !store.written(row)) {
            gone++;
          } else if (read(store, row, values, where)) {
            assertThat(values).as("row %d, %s", row, where).isEqualTo(expected[row]);
          }
        }
      } catch (FarsightException e) {
        assertThat(e).as(where).hasMessageContaining(directory.toString());
        assertThat(e.getMessage()).as(where).doesNotContain("\n").hasSizeLessThan(2000);
        continue;
      } finally {
        assertThat(mapBytes()).as(where).isEqualTo(maps);
      }
      try (RowReader reader = FACTORY.openReader(spec)) {
        assertThat(gone).as(where).isZero();
        assertThat(reader.rowsHeld()).as(where).isEqualTo(ROWS);
      } catch (FarsightException e) {
        assertThat(e).as(where).hasMessageContaining(gone + " rows that were written are lost");
      }
      assertThat(folder.resolve("beside")).hasContent("untouched");
    }
  }

  /** As in training: rows are not verified, but nothing ends the process, hangs or grows. */
  private void opens(String file, int mutants) throws IOException {
    float[] values = new float[SsdRig.FORMAT.words()];
    for (Mutant mutant : mutants(file, SEED + 2, mutants)) {
      String where = file + ", " + mutant;
      restore(file, mutant.bytes(), true);
      long maps = mapBytes();
      try (RowStore store = FACTORY.open(spec)) {
        opened++;
        for (int row = 0; row < TABLES.rows(); row++) {
          read(store, row, values, where);
        }
      } catch (FarsightException e) {
        assertThat(e).as(where).hasMessageContaining(directory.toString());
      }
      assertThat(mapBytes()).as(where).isEqualTo(maps);
    }
  }

  private long mapBytes() throws IOException {
    return Files.size(directory.resolve("rows-0.map"))
        + Files.size(directory.resolve("rows-1.map"));
  }

  @Test
  @Timeout(300)
  void aDamagedStoreIsReadRightOrNotAtAll() throws IOException {
    reads("store.json", 300);
    reads("written.rows", 100);
    reads("rows-0.map", 300);
    assertThat(opened).isGreaterThan(50);
  }

  @Test
  @Timeout(300)
  void aDamagedStoreIsRecoveredRightOrNotAtAll() throws IOException {
    recovers("store.json", 60);
    recovers("written.rows", 20);
    recovers("rows-1.map", 80);
    assertThat(opened).isGreaterThan(50);
  }

  @Test
  @Timeout(300)
  void aDamagedStoreIsOpenedOrRefused() throws IOException {
    opens("store.json", 40);
    opens("rows-1.map", 80);
    assertThat(opened).isGreaterThan(10);
  }

  @Test
  @Tag("nightly")
  @Timeout(3600)
  void thousandsOfDamagedStores() throws IOException {
    reads("store.json", 5_000);
    reads("written.rows", 1_000);
    reads("rows-0.map", 10_000);
    recovers("rows-1.map", 3_000);
    opens("rows-1.map", 3_000);
  }
}
