package dev.farsight.testkit.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.testkit.data.OpenedData.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Stretches of the training part, of sources that {@linkplain DataSource#readsStretches can}. */
interface StretchContract extends DataUnderTest {

  int CUTS = 20;

  /** Cut anywhere, stretches make up the whole. */
  @ParameterizedTest(name = "{0}")
  @MethodSource(DATA)
  default void stretchesMakeUpTheTrainingPart(DataCase of) {
    OpenedData data = opened(of);
    try (DataSource source = data.open(BATCH, 2)) {
      assumeStretches(source);
      List<Sample> all = PassReader.all(Part.TRAIN.pass(source), BATCH);
      long end = source.trainSamples();
      for (int seed = 0; seed < CUTS; seed++) {
        var random = new Random(seed);
        int splits = 1 + random.nextInt(5);
        long[] cuts = random.longs(splits - 1L, 0, end + 1).sorted().toArray();
        List<Sample> read = new ArrayList<>();
        long from = 0;
        for (int split = 0; split < splits; split++) {
          long to = split < cuts.length ? cuts[split] : end;
          List<Sample> some = PassReader.all(source.stretch(0, from, to), BATCH);
          assertThat((long) some.size())
              .as("samples from %d to %d, seed %d", from, to, seed)
              .isLessThanOrEqualTo(to - from);
          read.addAll(some);
          from = to;
        }
        assertThat(read).as("seed %d", seed).isEqualTo(all);
      }
    }
  }

  /** They are read side by side, in turns, and passed over in part. */
  @ParameterizedTest(name = "{0}")
  @MethodSource(DATA)
  default void stretchesMayTakeTurns(DataCase of) {
    OpenedData data = opened(of);
    Assumptions.assumeFalse(data.mayDropRows(), "positions are those of samples");
    try (DataSource source = data.open(BATCH, 2)) {
      assumeStretches(source);
      List<Sample> all = PassReader.all(Part.TRAIN.pass(source), BATCH);
      int half = all.size() / 2;
      try (BatchSource first = source.stretch(0, 0, half);
          BatchSource second = source.stretch(0, half, all.size())) {
        var firstReader = new PassReader(first, BATCH);
        var secondReader = new PassReader(second, BATCH);
        assertThat(secondReader.skip(2L * BATCH)).isEqualTo(2L * BATCH);
        boolean more = true;
        while (more) {
          more = firstReader.next();
          more |= secondReader.next();
        }
        assertThat(firstReader.samples()).isEqualTo(all.subList(0, half));
        assertThat(secondReader.samples()).isEqualTo(all.subList(half + 2 * BATCH, all.size()));
      }
    }
  }

  private static void assumeStretches(DataSource source) {
    Assumptions.assumeTrue(source.readsStretches(), "a source that reads stretches");
    Assumptions.assumeTrue(OpenedData.parts(source).contains(Part.TRAIN), "labels to train on");
    Assumptions.assumeTrue(source.trainSamples() > 0, "samples to train on");
  }
}
