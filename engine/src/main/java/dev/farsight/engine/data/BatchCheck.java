package dev.farsight.engine.data;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.table.Table;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Locale;

/**
 * Checks the content of a batch that a source has filled against the contract of {@link Batch}.
 * Costs some nanoseconds a sample, and allocates nothing unless something is wrong. That not every
 * weight is 0 is for {@link StepWeights} to check. Used by one thread at a time.
 */
final class BatchCheck {

  /**
   * A wrong value.
   *
   * @param column what messages call its column or feature
   * @param sample its number in the batch; {@link #WHOLE_BATCH} if it is not that of one sample
   * @param what the value, and what is expected
   */
  record Fault(String column, int sample, String what) {

    static final int WHOLE_BATCH = -1;
  }

  private final Workers team;

  /** By member of the team. */
  private final FirstWrong[] searches;

  /** What was found in the columns, then in each feature. */
  private final Fault[] faults;

  private final Workers.Task part = this::checkPart;
  private Batch batch;

  /**
   * @param team checks features in parallel; not owned
   */
  BatchCheck(BatchSchema schema, Workers team) {
    this.team = team;
    searches = new FirstWrong[team.threads()];
    Arrays.setAll(searches, member -> new FirstWrong());
    faults = new Fault[1 + schema.features().size()];
  }

  /** The first fault; null if there is none. */
  Fault check(Batch batch) {
    this.batch = batch;
    team.run(faults.length, part);
    for (Fault fault : faults) {
      if (fault != null) {
        return fault;
      }
    }
    return null;
  }

  private void checkPart(int index, int member) {
    FirstWrong firstWrong = searches[member];
    faults[index] =
        index == 0 ? checkColumns(firstWrong, batch) : checkFeature(firstWrong, batch, index - 1);
  }

  private static Fault checkColumns(FirstWrong firstWrong, Batch batch) {
    BatchSchema schema = batch.schema();
    int samples = batch.samples();
    if (schema.labelled()) {
      int wrong = firstWrong.noLabel(batch.labels(), samples);
      if (wrong >= 0) {
        return new Fault("label", wrong, batch.labels().get(wrong) + " is neither 0 nor 1");
      }
    }
    int width = schema.denseWidth();
    int wrong =
        firstWrong.outside(batch.dense(), samples * width, -Float.MAX_VALUE, Float.MAX_VALUE);
    if (wrong >= 0) {
      String column = "dense feature " + (wrong % width + 1) + " of " + width;
      return new Fault(column, wrong / width, batch.dense().get(wrong) + " is not finite");
    }
    if (batch.truth() != null) {
      wrong = firstWrong.outside(batch.truth(), samples, 0, 1);
      if (wrong >= 0) {
        return new Fault(
            "true probability", wrong, batch.truth().get(wrong) + " is not from 0 to 1");
      }
    }
    return batch.weights() == null ? null : checkWeights(firstWrong, batch.weights(), samples);
  }

  private static Fault checkWeights(FirstWrong firstWrong, FloatBuffer weights, int samples) {
    int wrong = firstWrong.outside(weights, samples, 0, Float.MAX_VALUE);
    return wrong < 0
        ? null
        : new Fault(
            "sample weight", wrong, weights.get(wrong) + " is not a finite number of at least 0");
  }

  private static Fault checkFeature(FirstWrong firstWrong, Batch batch, int f) {
    Feature feature = batch.schema().features().get(f);
    int[] offsets = batch.offsets(f);
    Fault fault = offsets == null ? null : checkBags(batch, f, feature);
    if (fault != null) {
      return fault;
    }
    int lookups = batch.lookups(f);
    int[] indices = batch.indices(f);
    Table table = batch.schema().tables().get(feature.table());
    int wrong = FirstWrong.outside(indices, lookups, table.rows());
    if (wrong >= 0) {
      return new Fault(
          name(feature),
          sampleOf(batch, f, wrong),
          String.format(
              Locale.ROOT,
              "index %d is not in its table %s of %d rows",
              indices[wrong],
              Quoted.of(table.name()),
              table.rows()));
    }
    FloatBuffer weights = batch.lookupWeights(f);
    if (weights == null) {
      return null;
    }
    wrong = firstWrong.outside(weights, lookups, -Float.MAX_VALUE, Float.MAX_VALUE);
    return wrong < 0
        ? null
        : new Fault(
            name(feature),
            sampleOf(batch, f, wrong),
            "the weight " + weights.get(wrong) + " of a lookup is not finite");
  }

  /** Checks offsets before anything is read at them. */
  private static Fault checkBags(Batch batch, int f, Feature feature) {
    int[] offsets = batch.offsets(f);
    int samples = batch.samples();
    if (offsets[0] != 0) {
      return new Fault(name(feature), 0, "its first offset is " + offsets[0] + ", not 0");
    }
    int wrong = FirstWrong.badBag(offsets, samples, feature.minLookups(), feature.maxLookups());
    if (wrong >= 0) {
      return new Fault(
          name(feature),
          wrong,
          String.format(
              Locale.ROOT,
              "offsets %d to %d are a bag of %d lookups; %d to %d are possible",
              offsets[wrong],
              offsets[wrong + 1],
              (long) offsets[wrong + 1] - offsets[wrong],
              feature.minLookups(),
              feature.maxLookups()));
    }
    if (offsets[samples] > batch.indices(f).length) {
      return new Fault(
          name(feature),
          Fault.WHOLE_BATCH,
          String.format(
              Locale.ROOT,
              "%d lookups, and a batch has room for %d (Batch.requireRoom tells that in time)",
              offsets[samples],
              batch.indices(f).length));
    }
    if (offsets[samples] != batch.lookups(f)) {
      return new Fault(
          name(feature),
          Fault.WHOLE_BATCH,
          String.format(
              Locale.ROOT,
              "its last offset is %d, and was %d when Batch.samples was set, which comes last",
              offsets[samples],
              batch.lookups(f)));
    }
    return null;
  }

  private static String name(Feature feature) {
    return "feature " + Quoted.of(feature.name());
  }

  /** The sample that a lookup belongs to. */
  private static int sampleOf(Batch batch, int f, int lookup) {
    int[] offsets = batch.offsets(f);
    int sample = offsets == null ? lookup : 0;
    while (offsets != null && offsets[sample + 1] <= lookup) {
      sample++;
    }
    return sample;
  }
}
