package dev.farsight.testkit.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.data.BatchSource;
import dev.farsight.testkit.data.OpenedData.Part;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Skipping is reading, but for the samples. */
interface SkipContract extends DataUnderTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource(DATA)
  default void skippingBatchesIsReadingThem(DataCase of) {
    OpenedData data = opened(of);
    try (var sources = data.sources()) {
      for (Part part : OpenedData.parts(sources.next())) {
        List<Sample> all = data.samples(part);
        long batches = all.size() / BATCH;
        for (long skipped : new long[] {0, 1, 2, batches / 2, batches}) {
          assertSkips(sources, part, all, 0, skipped * BATCH);
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(DATA)
  default void batchesCanBeSkippedAfterOthersWereRead(DataCase of) {
    OpenedData data = opened(of);
    try (var sources = data.sources()) {
      for (Part part : OpenedData.parts(sources.next())) {
        List<Sample> all = data.samples(part);
        long batches = all.size() / BATCH;
        if (batches > 2) {
          assertSkips(sources, part, all, 1, BATCH);
          assertSkips(sources, part, all, 2, (batches - 2) * BATCH);
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(DATA)
  default void skippingEndsAtTheEnd(DataCase of) {
    OpenedData data = opened(of);
    try (var sources = data.sources()) {
      for (Part part : OpenedData.parts(sources.next())) {
        List<Sample> all = data.samples(part);
        long batches = all.size() / BATCH;
        assertSkips(sources, part, all, 0, all.size());
        assertSkips(sources, part, all, 0, (batches + 1) * BATCH);
        assertSkips(sources, part, all, 0, (batches + 1000) * BATCH);
        if (batches > 1) {
          assertSkips(sources, part, all, 1, (batches + 5) * BATCH);
        }
      }
    }
  }

  /** Reads some batches, skips samples, and reads the rest. */
  private static void assertSkips(
      OpenedData.Sources sources, Part part, List<Sample> all, int batchesBefore, long samples) {
    String what = "%s, %d batches read, %d samples skipped".formatted(part, batchesBefore, samples);
    int before = batchesBefore * BATCH;
    int to = (int) Math.min(all.size(), before + samples);
    try (BatchSource pass = part.pass(sources.next())) {
      var reader = new PassReader(pass, BATCH);
      for (int b = 0; b < batchesBefore; b++) {
        reader.next();
      }
      assertThat(reader.skip(samples)).as(what + ", so many of them").isEqualTo(to - before);
      var read = new ArrayList<>(reader.samples());
      read.addAll(new PassReader(pass, BATCH).rest());
      var expected = new ArrayList<>(all.subList(0, before));
      expected.addAll(all.subList(to, all.size()));
      assertThat(read).as(what).isEqualTo(expected);
    }
  }
}
