package dev.farsight.testkit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.testkit.data.OpenedData.Part;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same samples again, in the same order. */
interface RepeatContract extends DataUnderTest {

  int MANY = 1000;

  @ParameterizedTest(name = "{0}")
  @MethodSource(DATA)
  default void theSameSamplesInEachPass(DataCase of) {
    OpenedData data = opened(of);
    Assumptions.assumeFalse(data.readOnce(), "data that is read once");
    try (DataSource source = data.open(BATCH, 2)) {
      for (Part part : OpenedData.parts(source)) {
        List<Sample> first = PassReader.all(part.pass(source), BATCH);
        assertThat(PassReader.all(part.pass(source), BATCH))
            .as("second pass over %s", part)
            .isEqualTo(first);
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(DATA)
  default void theSameSamplesInBatchesOfAnySize(DataCase of) {
    OpenedData data = opened(of);
    for (Part part : parts(data)) {
      List<Sample> expected = data.samples(part);
      for (int size : new int[] {1, 64, MANY}) {
        try (DataSource source = data.open(size, 2)) {
          assertThat(PassReader.all(part.pass(source), size))
              .as("%s in batches of %d", part, size)
              .isEqualTo(expected);
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(DATA)
  default void theSameSamplesWithAnyNumberOfThreads(DataCase of) {
    OpenedData data = opened(of);
    for (Part part : parts(data)) {
      List<Sample> expected = data.samples(part);
      for (int threads : new int[] {2, 5}) {
        try (DataSource source = data.open(MANY, threads)) {
          assertThat(PassReader.all(part.pass(source), MANY))
              .as("%s with %d threads", part, threads)
              .isEqualTo(expected);
        }
      }
    }
  }

  /** Rows left out and bags cut short are counted however a pass is read. */
  @ParameterizedTest(name = "{0}")
  @MethodSource(DATA)
  default void theSameRowsAreLeftOut(DataCase of) {
    OpenedData data = opened(of);
    for (Part part : parts(data)) {
      Left expected = left(data, part, BATCH, 1);
      assertThat(expected.badRows == 0 || data.mayDropRows())
          .as("%d rows left out of %s", expected.badRows, part)
          .isTrue();
      assertThat(left(data, part, MANY, 3)).as("%s", part).isEqualTo(expected);
    }
  }

  /** What a pass counted. */
  record Left(long badRows, long truncatedBags) {}

  private static Left left(OpenedData data, Part part, int size, int threads) {
    try (DataSource source = data.open(size, threads);
        BatchSource pass = part.pass(source)) {
      new PassReader(pass, size).rest();
      return new Left(pass.badRows(), pass.truncatedBags());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(DATA)
  default void dataThatIsReadOnceRefusesASecondPass(DataCase of) {
    OpenedData data = opened(of);
    Assumptions.assumeTrue(data.readOnce(), "data that can be read again");
    try (DataSource source = data.open()) {
      for (Part part : OpenedData.parts(source)) {
        if (!PassReader.all(part.pass(source), BATCH).isEmpty()) {
          assertThatThrownBy(() -> part.pass(source).close())
              .as("second pass over %s", part)
              .isInstanceOf(FarsightException.class)
              .hasMessageNotContaining("\n");
        }
      }
    }
  }

  private static List<Part> parts(OpenedData data) {
    try (DataSource source = data.open()) {
      return OpenedData.parts(source);
    }
  }
}
