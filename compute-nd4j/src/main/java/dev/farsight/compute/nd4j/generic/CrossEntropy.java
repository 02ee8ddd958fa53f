package dev.farsight.compute.nd4j.generic;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log1p;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.BooleanIndexing;
import org.nd4j.linalg.indexing.conditions.Conditions;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Binary cross-entropy of logits z with labels y: max(z, 0) - z y + log1p(exp(-|z|)). */
final class CrossEntropy {

  private CrossEntropy() {}

  /**
   * The mean, by weights unless they are null. Samples are added in order, in double.
   *
   * @param weights of the samples
   */
  static float loss(INDArray logits, INDArray labels, float[] weights) {
    INDArray positive = logits.dup();
    BooleanIndexing.replaceWhere(positive, 0, Conditions.lessThan(0));
    INDArray tail = Nd4j.exec(new Log1p(Transforms.exp(Transforms.abs(logits).negi(), false)));
    float[] losses = RowMajor.toHost(positive.subi(logits.mul(labels)).addi(tail));
    double sum = 0;
    for (int s = 0; s < losses.length; s++) {
      sum += weights == null ? losses[s] : (double) weights[s] * losses[s];
    }
    return (float) (sum / (weights == null ? losses.length : sum(weights)));
  }

  /** The mean's gradient by the logits. */
  static INDArray gradient(INDArray logits, INDArray labels, float[] weights) {
    INDArray each = Transforms.sigmoid(logits, true).subi(labels);
    return weights == null
        ? each.divi(labels.length())
        : each.muli(Nd4j.create(weights, new long[] {weights.length, 1})).divi(sum(weights));
  }

  private static double sum(float[] weights) {
    double sum = 0;
    for (float weight : weights) {
      sum += weight;
    }
    return sum;
  }
}
