package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.model.Op;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Bags of any kind. The vector of a bag is the sum of its lookups' rows, each times a factor, and
 * the gradient of a row the sum of its lookups' bags, each times the same factor. Features with max
 * pooling are pooled on the host instead, and mask the gradient.
 */
final class GenericEmbeddingBag implements GenericOp {

  private final Op.EmbeddingBag op;
  private final BatchSchema schema;
  private final boolean freezeRows;
  private final int dim;
  private final int features;

  // Of the batch under way.
  private float[] factors;

  /** By feature; null where a feature has no max pooling. */
  private final MaxBags[] maxima;

  GenericEmbeddingBag(Op.EmbeddingBag op, BatchSchema schema, boolean freezeRows) {
    this.op = op;
    this.schema = schema;
    this.freezeRows = freezeRows;
    this.dim = op.output().width();
    this.features = op.output().features();
    this.maxima = new MaxBags[features];
  }

  private boolean takesMax(int feature) {
    var of = schema.features().get(feature);
    return of.pooling() == Pooling.MAX && !of.oneHot();
  }

  @Override
  public void forward(Pass pass) {
    Batch batch = pass.input().batch();
    int samples = batch.samples();
    if (batch.lookups() == 0) {
      pass.value(op.output(), Nd4j.zeros(DataType.FLOAT, samples, (long) features * dim));
      return;
    }
    var uniqueOf = new int[batch.lookups()];
    pass.input().uniqueOf().get(0, uniqueOf);
    INDArray rows = RowMajor.gather(RowMajor.columns(pass.uniqueRows(), 0, dim), uniqueOf);
    float[] host = schema.pools(Pooling.MAX) ? RowMajor.toHost(rows) : null;
    factors = LookupFactors.of(batch);
    rows.muliColumnVector(column(factors));
    INDArray bags = SegmentSums.sum(rows, bagStarts(batch));
    INDArray vectors =
        RowMajor.gather(bags, bagsBySample(samples)).reshape('c', samples, (long) features * dim);
    for (int f = 0; f < features; f++) {
      if (takesMax(f)) {
        maxima[f] = MaxBags.of(batch, f, host, dim);
        vectors
            .get(NDArrayIndex.all(), NDArrayIndex.interval((long) f * dim, (f + 1L) * dim))
            .assign(Nd4j.create(maxima[f].values(), new long[] {samples, dim}));
      }
    }
    pass.value(op.output(), vectors);
  }

  @Override
  public void backward(Pass pass) {
    StepInput input = pass.input();
    if (freezeRows || input.batch().lookups() == 0) {
      return;
    }
    INDArray gradients = RowOrder.gather(pass.gradient(op.output()), op.output(), input);
    int[] lookups = RowOrder.lookups(input);
    var inOrder = new float[lookups.length];
    for (int k = 0; k < lookups.length; k++) {
      inOrder[k] = factors[lookups[k]];
    }
    gradients.muliColumnVector(column(inOrder));
    if (schema.pools(Pooling.MAX)) {
      gradients.muli(Nd4j.create(mask(input, lookups), new long[] {lookups.length, dim}));
    }
    pass.addRowGradients(SegmentSums.sum(gradients, RowOrder.starts(input)));
  }

  private static INDArray column(float[] values) {
    return Nd4j.create(values, new long[] {values.length, 1});
  }

  /** Number of the first lookup of each bag, and the number of lookups. */
  private int[] bagStarts(Batch batch) {
    int samples = batch.samples();
    var starts = new int[features * samples + 1];
    for (int f = 0; f < features; f++) {
      int[] offsets = batch.offsets(f);
      for (int s = 0; s < samples; s++) {
        starts[f * samples + s] = batch.lookupStart(f) + (offsets == null ? s : offsets[s]);
      }
    }
    starts[features * samples] = batch.lookups();
    return starts;
  }

  private int[] bagsBySample(int samples) {
    var bags = new int[samples * features];
    for (int i = 0; i < bags.length; i++) {
      bags[i] = i % features * samples + i / features;
    }
    return bags;
  }

  /** 1 for each value that a lookup passes its gradient on for, 0 where another lookup won. */
  private float[] mask(StepInput input, int[] lookups) {
    var mask = new float[Math.multiplyExact(lookups.length, dim)];
    Arrays.fill(mask, 1);
    int samples = input.batch().samples();
    for (int k = 0; k < lookups.length; k++) {
      int bag = input.bagOf().get(lookups[k]);
      if (takesMax(bag / samples)) {
        maxima[bag / samples].mask(lookups[k], bag % samples, mask, k * dim);
      }
    }
    return mask;
  }
}
