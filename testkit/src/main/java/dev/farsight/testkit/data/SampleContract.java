package dev.farsight.testkit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.DataSource;
import dev.farsight.testkit.data.OpenedData.Part;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What batches hold, how full they are, and how many samples there are. */
interface SampleContract extends DataUnderTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource(DATA)
  default void batchesAreWhatTheSchemaSaysAndFull(DataCase of) {
    OpenedData data = opened(of);
    int samples = 0;
    try (DataSource source = data.open(BATCH, 2)) {
      for (Part part : OpenedData.parts(source)) {
        samples += PassReader.all(part.pass(source), BATCH).size();
      }
    }
    assertThat(samples).as("samples of data to test with").isGreaterThan(4 * BATCH);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(DATA)
  default void asManySamplesAsPromised(DataCase of) {
    OpenedData data = opened(of);
    try (DataSource source = data.open()) {
      for (Part part : OpenedData.parts(source)) {
        long promised = part.promised(source);
        int samples = PassReader.all(part.pass(source), BATCH).size();
        if (data.readOnce() && promised == DataSource.UNKNOWN) {
          continue;
        }
        assertThat(samples)
            .as("samples of %s, promised are %d", part, promised)
            .isLessThanOrEqualTo((int) promised);
        if (!data.mayDropRows()) {
          assertThat((long) samples).as("samples of %s", part).isEqualTo(promised);
        }
        assertThat(part.promised(source)).as("samples promised later on").isEqualTo(promised);
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(DATA)
  default void dataWithoutLabelsCanOnlyBeEvaluated(DataCase of) {
    try (DataSource source = opened(of).open()) {
      List<Part> parts = OpenedData.parts(source);
      if (!parts.contains(Part.TRAIN)) {
        assertThatThrownBy(() -> source.train(0).close())
            .isInstanceOf(FarsightException.class)
            .hasMessageNotContaining("\n");
      } else {
        Part.TRAIN.pass(source).close();
      }
    }
  }
}
