package dev.farsight.storage.ssd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What other processes do to a store, and what is left by one that was killed. */
class ProcessTest {

  /** How often a writer is killed: more in nightly runs, by -Dfarsight.kills=200. */
  private static final int KILLS = Integer.getInteger("farsight.kills", 3);

  @TempDir Path folder;

  private static BufferedReader output(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** From outside: {@link Process#destroyForcibly} would close its output too, unread. */
  private static void kill(Process process) throws Exception {
    new ProcessBuilder("kill", "-9", String.valueOf(process.pid())).start().waitFor();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  @Timeout(1800)
  void whatWasWrittenSurvivesKill9() throws Exception {
    long seed = System.nanoTime();
    var random = new Random(seed);
    Map<Long, Integer> written = new HashMap<>();
    int batch = 1;
    for (int round = 0; round < KILLS; round++) {
      Process writer =
          ChildJvm.start(true, KilledWriter.class, folder.toString(), String.valueOf(batch));
      try {
        BufferedReader out = output(writer);
        assertThat(out.readLine()).as("seed %d", seed).isEqualTo("open");
        for (int more = random.nextInt(200); more >= 0; more--) {
          assertThat(out.readLine()).as("seed %d", seed).isEqualTo(String.valueOf(batch));
          for (long row : KilledWriter.rows(batch)) {
            written.put(row, batch);
          }
          batch++;
        }
        kill(writer);
        // What it still wrote and said, before it was killed.
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          if (line.equals(String.valueOf(batch))) {
            for (long row : KilledWriter.rows(batch)) {
              written.put(row, batch);
            }
            batch++;
          }
        }
      } finally {
        writer.destroyForcibly();
      }
      verify(written, batch, "seed %d, round %d".formatted(seed, round));
      // The batch under way is written again, as a resumed run does.
    }
  }

  /** Every row as of its last batch; rows of the batch under way may be as of that, or gone. */
  private void verify(Map<Long, Integer> written, int underWay, String where) {
    Set<Long> open = new HashSet<>();
    for (long row : KilledWriter.rows(underWay)) {
      open.add(row);
    }
    try (RowStore store = SsdRig.open(folder)) {
      assertThat(store.identity().orElseThrow().created()).isFalse();
      RowBuffer actual = SsdRig.buffer(1);
      RowBuffer expected = SsdRig.buffer(1);
      for (long row = 0; row < SsdRig.TABLES.rows(); row++) {
        store.read(new long[] {row}, 0, 1, actual, 0).await();
        Integer version = written.get(row);
        boolean same = version != null && matches(actual, expected, row, version);
        boolean initial = !store.written(row);
        if (open.contains(row)) {
          assertThat(same || initial || matches(actual, expected, row, underWay))
              .as("%s, row %d of the batch under way", where, row)
              .isTrue();
        } else {
          assertThat(version == null ? initial : same).as("%s, row %d", where, row).isTrue();
        }
        if (initial) {
          store.spec().initial().fill(row, expected.floats(), 0);
          assertThat(actual.bytes().mismatch(expected.bytes())).isEqualTo(-1);
        }
      }
    }
  }

  private static boolean matches(RowBuffer actual, RowBuffer expected, long row, int version) {
    SsdRig.fill(expected, 0, row, version);
    return actual.bytes().mismatch(expected.bytes()) == -1;
  }

  @Test
  @Timeout(60)
  void aSecondProcessIsRefusedWithTheFirstOnesId() throws Exception {
    Process first = ChildJvm.start(true, KilledWriter.class, folder.toString());
    try {
      assertThat(output(first).readLine()).isEqualTo("open");
      assertThatThrownBy(() -> SsdRig.open(folder))
          .hasMessageContaining("in use by process " + first.pid() + ";")
          .hasMessageContaining(folder.toString());
      kill(first);
      SsdRig.open(folder).close();
    } finally {
      first.destroyForcibly();
    }
  }

  @Test
  @Timeout(60)
  void aJvmWithoutTheFlagsIsToldWhichOneIsMissing() throws Exception {
    Process process = ChildJvm.start(false, KilledWriter.class, folder.toString());
    try {
      assertThat(output(process).readLine())
          .isEqualTo(
              "storage ssd cannot run here: the JVM flag"
                  + " --add-exports=java.base/jdk.internal.ref=ALL-UNNAMED is missing;"
                  + " start with ./farsight, or with java @jvm.options");
    } finally {
      process.destroyForcibly();
    }
  }
}
